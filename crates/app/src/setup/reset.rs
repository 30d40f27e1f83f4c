//! Starting over: the catalog of the workspace is emptied, its record is not.

use avops_store::{CatalogReset, RemovedCatalog};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::CHOICES;
use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission, connectors, hooks};

/// What has to be typed.
const WORD: &str = "RESET";

/// A wish to start over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// The word `RESET`, typed by whoever wants it.
    pub confirm: String,
    /// Why, for the trail.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The names of what a reset removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Removed {
    /// All workflows, with their record of due times.
    pub workflows: Vec<String>,
    /// All agents.
    pub agents: Vec<String>,
    /// All recipes, with their versions.
    pub recipes: Vec<String>,
    /// The tools that were added; built-in ones stay.
    pub tools: Vec<String>,
}

/// Removes every workflow, every agent, every recipe and every added tool, seeded or not, and the wizard's memory of its choices. Runs,
/// their artifacts and the recipe texts they ran, settings, tokens, sessions and the audit trail stay.
///
/// # Errors
/// [`Error::BadInput`] when the word was not typed, [`Error::Conflict`] while a run has not ended.
pub async fn reset(app: &App, by: &Actor, request: ResetRequest) -> Result<Removed, Error> {
    by.require(Permission::ManageWorkspace)?;
    if request.confirm != WORD {
        return Err(Error::bad_input(
            format!("a reset must be confirmed by the word {WORD}"),
            format!("send \"confirm\": \"{WORD}\", in capital letters"),
        ));
    }
    let reason = request.reason.filter(|reason| !reason.trim().is_empty());
    let said = |removed: &RemovedCatalog| {
        let deed = Deed::on("setup.reset", "workspace")
            .before(&json!(Removed::from(removed.clone())))
            .because(reason);
        audit::line(app, by, deed)
    };
    let removed = match app.store.reset_catalog(CHOICES, said).await? {
        CatalogReset::Done(removed) => Removed::from(removed),
        CatalogReset::Unfinished(runs) => {
            return Err(Error::Conflict {
                message: format!(
                    "{runs} {} not ended",
                    if runs == 1 { "run has" } else { "runs have" }
                ),
                hint: Some("let them end or cancel them, then reset".to_owned()),
            });
        }
    };
    app.catalog.forget();
    hooks::subscribe(app).await?;
    for tool in &removed.tools {
        // One that could not be registered at the start is not there, which is what is wanted.
        match app.tools.remove(tool) {
            Ok(()) | Err(avops_tools::Error::NoSuchTool { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Files may have waited for a name.
    connectors::folder::look(app, true).await?;
    Ok(removed)
}

impl From<RemovedCatalog> for Removed {
    fn from(removed: RemovedCatalog) -> Self {
        Self {
            workflows: removed.workflows,
            agents: removed.agents,
            recipes: removed.recipes,
            tools: removed.connectors,
        }
    }
}
