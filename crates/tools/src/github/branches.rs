//! Branches, made where a file is to be saved on one that is not there yet.

use avops_engine::ToolError;
use reqwest::Method;

use super::session::Place;
use super::wire::{NewReference, Reference};
use crate::outbound::{Deadline, set_json};

/// Makes a branch where there is none, from the tip of another.
///
/// A branch of that name that is there is taken as it is: an earlier attempt, or an earlier step,
/// made it.
pub(super) async fn ensure(
    place: &Place<'_>,
    branch: &str,
    from: &str,
    deadline: Deadline,
) -> Result<(), ToolError> {
    if tip(place, branch, deadline).await?.is_some() {
        return Ok(());
    }
    let Some(sha) = tip(place, from, deadline).await? else {
        return Err(ToolError::Refused {
            message: format!(
                "{} has no branch `{from}` to make `{branch}` from; nothing was changed",
                place.full_name()
            ),
            hint: Some(
                "check the argument `branch_from`, and that the token may see the repository"
                    .to_owned(),
            ),
        });
    };
    let mut request = place.request(Method::POST, &["git", "refs"]);
    let new = NewReference {
        name: format!("refs/heads/{branch}"),
        sha: &sha,
    };
    set_json(&mut request, &new)?;
    match place.session.answer(request, deadline).await {
        Ok(_) => Ok(()),
        // The branch alone tells what became of it: also when somebody else was quicker.
        Err(error) => match tip(place, branch, deadline).await {
            Ok(Some(_)) => Ok(()),
            Ok(None) | Err(_) => Err(error),
        },
    }
}

/// The commit that a branch points at; `None` when there is no such branch.
async fn tip(
    place: &Place<'_>,
    branch: &str,
    deadline: Deadline,
) -> Result<Option<String>, ToolError> {
    let mut path = vec!["git", "ref", "heads"];
    path.extend(branch.split('/'));
    let request = place.request(Method::GET, &path);
    let Some(answer) = place.session.find(request, deadline).await? else {
        return Ok(None);
    };
    let reference: Reference = place.session.read(&answer)?;
    Ok(Some(reference.object.sha))
}
