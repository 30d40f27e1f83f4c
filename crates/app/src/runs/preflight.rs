//! What can be known before a run starts: whether its tools have what they need.

use avops_engine::Mode;
use avops_llm::Standing;
use avops_recipe::{Phase, Recipe};

use crate::agents::lacks;
use crate::{App, Error};

/// Refuses a run of `recipe` when a tool that it calls on real systems lacks a setting or credential.
///
/// Halfway through act is too late to find out. A dry run calls real systems in intake and plan only.
///
/// # Errors
/// [`Error::Conflict`] that names every tool and what it lacks, or the step that no model can work on.
pub(super) fn check(
    app: &App,
    recipe: &Recipe,
    mode: Mode,
    model: Option<&str>,
) -> Result<(), Error> {
    let tools = match mode {
        Mode::Live => recipe.tools(),
        Mode::Dry if !app.tools.mock() => recipe.tools_in(&[Phase::Intake, Phase::Plan]),
        Mode::Dry | Mode::Mock => return Ok(()),
    };
    a_model_answers(app, recipe, model)?;
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

/// Refuses a run with an agent step when no model can be asked.
fn a_model_answers(app: &App, recipe: &Recipe, model: Option<&str>) -> Result<(), Error> {
    let Some(step) = recipe.agent_step(&Phase::ALL) else {
        return Ok(());
    };
    // Where the agent's own model cannot be asked, the chosen provider stands in.
    let own = model.map(|model| app.models.standing_with(false, Some(model)));
    if own.is_some_and(|own| matches!(own, Standing::Ready { .. } | Standing::Failing { .. })) {
        return Ok(());
    }
    let why = match app.models.standing(false) {
        Standing::Off => "no model outside may be asked: the workspace's settings say so",
        Standing::NoKey => "no key is set for the chosen provider",
        Standing::Ready { .. } | Standing::Failing { .. } | Standing::Mock => return Ok(()),
    };
    Err(Error::Conflict {
        message: format!(
            "step {} of this recipe gives a goal to a language model, and {why}",
            step.id
        ),
        hint: Some("set a model up in Settings, or turn mock mode on".to_owned()),
    })
}
