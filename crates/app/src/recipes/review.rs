//! Demotion by itself: when a promoted recipe no longer earns to work on its own.

use std::time::Duration;

use avops_store::RecipeRow;
use tokio_util::sync::CancellationToken;

use super::promote::{measured, set};
use super::stage::{self, Stage, StageRecord};
use crate::{Actor, App, Error, Role, notices};

/// Changes that come close together are looked at together.
const GATHER: Duration = Duration::from_secs(1);
/// Hints of changes may be lost, and tools change without one.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Looks at promoted recipes after runs have ended and tools may have changed, until told to stop.
pub async fn serve(app: App, stop: CancellationToken) {
    let mut hints = app.engine.changes();
    loop {
        if let Err(error) = review(&app).await {
            tracing::warn!(%error, "promoted recipes could not be reviewed; trying again");
        }
        let changed = async {
            loop {
                match hints.recv().await {
                    Ok(change) if !change.status.is_final() => {}
                    Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => break,
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => {
                        std::future::pending::<()>().await;
                    }
                }
            }
            app.clock.sleep(GATHER).await;
        };
        tokio::select! {
            () = app.clock.sleep(LOOK_AGAIN) => {}
            () = changed => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Demotes every promoted recipe that no longer earns it: a criterion that held when it was promoted does not hold any
/// more, or an action that it calls is defined otherwise. Gives the names of those.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn review(app: &App) -> Result<Vec<String>, Error> {
    let mut demoted = Vec::new();
    for row in app.store.recipes().await? {
        if row.stage.name != Stage::Promoted.as_str() {
            continue;
        }
        if let Some(reason) = lost(app, &row).await? {
            step_down(app, &row, &reason).await?;
            demoted.push(row.name);
        }
    }
    Ok(demoted)
}

/// Why a promoted recipe no longer earns it, if so.
async fn lost(app: &App, row: &RecipeRow) -> Result<Option<String>, Error> {
    let version = stage::staged(row).unwrap_or(row.version);
    let found = measured(app, row, version).await?;
    let Some(record) = stage::record(row) else {
        return Ok(None);
    };
    let changed = stage::changed(&record.actions, &found.actions);
    if !changed.is_empty() {
        return Ok(Some(format!(
            "the definition of {} is not the one it was promoted with",
            changed.join(", ")
        )));
    }
    let worse = found.promotion.criteria.iter().filter(|criterion| {
        criterion.holds == Some(false) && !record.waived.iter().any(|name| name == criterion.name)
    });
    let worse: Vec<String> = worse
        .map(|criterion| {
            let measured = criterion.measured.as_deref().unwrap_or("nothing measured");
            format!("{} ({measured})", criterion.title)
        })
        .collect();
    Ok((!worse.is_empty()).then(|| format!("no longer holds: {}", worse.join("; "))))
}

async fn step_down(app: &App, row: &RecipeRow, reason: &str) -> Result<(), Error> {
    let version = stage::staged(row).unwrap_or(row.version);
    let by = Actor {
        id: "system:promotion".to_owned(),
        name: "AVOps".to_owned(),
        role: Role::Owner,
        may_approve: false,
    };
    let record = StageRecord {
        by: by.name.clone(),
        at: app.now(),
        reason: Some(reason.to_owned()),
        waived: Vec::new(),
        automatic: true,
        actions: stage::record(row)
            .map(|record| record.actions)
            .unwrap_or_default(),
    };
    set(
        app,
        &by,
        row,
        Stage::Supervised,
        version,
        &record,
        "recipe.demote",
    )
    .await?;
    tracing::warn!(
        recipe = row.name,
        version,
        reason,
        "a promoted recipe was demoted"
    );
    let workflows = app.store.workflows().await?;
    let of_it = workflows
        .iter()
        .filter(|workflow| workflow.recipe_id == row.id);
    let named: Vec<String> = of_it
        .map(|workflow| format!("{} (by {})", workflow.name, workflow.created_by))
        .collect();
    let affected = if named.is_empty() {
        "no workflow runs it".to_owned()
    } else {
        format!(
            "workflows that run it now ask before each act: {}",
            named.join(", ")
        )
    };
    let text = format!(
        "{} v{version} was demoted to supervised: {reason}. {affected}\n{}/recipes/{}",
        row.name, app.options.public_url, row.slug
    );
    let key = format!("demoted:{}:{version}:{}", row.id, record.at);
    notices::tell(app, &text, key).await
}
