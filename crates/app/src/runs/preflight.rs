//! What can be known before a run starts: whether its tools have what they need.

use avops_engine::Mode;
use avops_recipe::{Phase, Recipe};

use crate::agents::lacks;
use crate::{App, Error};

/// Refuses a run of `recipe` when a tool that it calls on real systems lacks a setting or credential.
///
/// Halfway through act is too late to find out. A dry run calls real systems in intake and plan only.
///
/// # Errors
/// [`Error::Conflict`] that names every tool and what it lacks.
pub(super) fn check(app: &App, recipe: &Recipe, mode: Mode) -> Result<(), Error> {
    let tools = match mode {
        Mode::Live => recipe.tools(),
        Mode::Dry if !app.tools.mock() => recipe.tools_in(&[Phase::Intake, Phase::Plan]),
        Mode::Dry | Mode::Mock => return Ok(()),
    };
    let lacking: Vec<_> = tools
        .into_iter()
        .filter_map(|tool| app.tools.tool(tool).ok())
        .filter_map(|info| lacks(&info, Mode::Live))
        .collect();
    let Some(first) = lacking.first() else {
        return Ok(());
    };
    let named: Vec<String> = lacking
        .iter()
        .map(|tool| format!("{} ({})", tool.tool, tool.missing.join(", ")))
        .collect();
    Err(Error::Conflict {
        message: format!("tools of this recipe are not set up: {}", named.join("; ")),
        hint: Some(format!(
            "set what is missing on the page of the tool or with `avops tools set {} …`, or switch the tool to the \
             simulated campus",
            first.tool
        )),
    })
}
