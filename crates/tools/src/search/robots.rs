//! What a site asks of programs that read it: its `robots.txt`, as RFC 9309 has it.

use avops_engine::ToolError;
use reqwest::StatusCode;
use texting_robots::Robot;
use url::Url;

use crate::outbound::{Deadline, Domains, Visitor};

/// The name by which a site can address this program.
const AGENT: &str = "avops";

/// How much of the file is read, by RFC 9309 section 2.5.
const MAX_SIZE: usize = 500 * 1024;

/// Permits a page that its site does not ask programs to stay away from.
///
/// # Errors
/// [`ToolError::Refused`] when the site asks to stay away; [`ToolError::NotSent`] when its wishes
/// cannot be known now, which RFC 9309 section 2.3.1.4 counts as a refusal for the time being.
pub(super) async fn permit(
    visitor: &Visitor,
    page: &Url,
    allowed: &Domains,
    deadline: Deadline,
) -> Result<(), ToolError> {
    let Ok(address) = page.join("/robots.txt") else {
        return Ok(());
    };
    let host = page.host_str().unwrap_or_default();
    let visited = visitor.visit(address, allowed, deadline, |_| async { Ok(()) });
    let answer = match visited.await {
        Ok(visited) => visited.answer,
        // It leads where nobody may go: the same as none, by section 2.3.1.2.
        Err(ToolError::Refused { .. }) => return Ok(()),
        Err(other) => return Err(other),
    };
    if answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(ToolError::NotSent {
            message: format!(
                "{page} was not fetched: the robots.txt of {host} cannot be read ({})",
                answer.status
            ),
            retry_after: None,
        });
    }
    if !answer.status.is_success() {
        return Ok(());
    }
    let text = answer.body.slice(..answer.body.len().min(MAX_SIZE));
    // What cannot be read as such a file asks nothing.
    match Robot::new(AGENT, &text) {
        Ok(robot) if !robot.allowed(page.as_str()) => Err(ToolError::Refused {
            message: format!(
                "{page} is not fetched: the robots.txt of {host} asks programs to stay away"
            ),
            hint: Some("ask the site's owner, or read it in a browser".to_owned()),
        }),
        _ => Ok(()),
    }
}
