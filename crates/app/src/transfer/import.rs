//! What is carried into this workspace: each thing is made, put in the place of one of the same name, or left out.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::archive::{self, BundleFile};
use super::items::{self, Items};
use super::place::Place;
use crate::audit::{self, Deed};
use crate::names::folded;
use crate::{Actor, App, Error, Permission};

/// What becomes of a thing whose name is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnConflict {
    /// What is here stays.
    #[default]
    Skip,
    /// It takes the place of what is here: a recipe becomes the next version of it.
    Overwrite,
    /// It gets a name with a number behind it.
    Rename,
}

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A recipe.
    Recipe,
    /// An agent.
    Agent,
    /// A workflow.
    Workflow,
    /// A file that holds none of them.
    File,
}

/// What became of it, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is new.
    Created,
    /// It took the place of what was here.
    Replaced,
    /// It is new under another name.
    Renamed,
    /// What was here stays, or is the same.
    Skipped,
    /// It cannot be imported.
    Failed,
}

/// One thing of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Imported {
    /// What it is.
    pub kind: ItemKind,
    /// Its name in the bundle; that of the file where it has none.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Its name here, where that is another.
    pub renamed_to: Option<String>,
    /// What else there is to say: a version, what is missing, why it failed.
    pub detail: Option<String>,
}

/// How many things an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ImportCounts")]
pub struct Counts {
    /// Made.
    pub created: usize,
    /// Put in the place of others.
    pub replaced: usize,
    /// Made under another name.
    pub renamed: usize,
    /// Left out.
    pub skipped: usize,
    /// Could not be imported.
    pub failed: usize,
}

/// What an import came to, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportOutcome {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// How many.
    pub counts: Counts,
    /// One for each thing: recipes, then agents, then workflows, then files that are none.
    pub items: Vec<Imported>,
}

/// Imports files. What cannot be imported is named and does not stop the rest. With `dry_run` nothing is changed, and the
/// answer says what would be.
///
/// # Errors
/// [`Error::BadInput`] for more than is read at once.
pub async fn import(
    app: &App,
    by: &Actor,
    files: Vec<BundleFile>,
    on_conflict: OnConflict,
    dry_run: bool,
) -> Result<ImportOutcome, Error> {
    by.require(Permission::Author)?;
    archive::check(&files)?;
    let Items {
        recipes,
        agents,
        workflows,
        unread,
    } = items::read(app, files);
    let mut place = Place {
        app,
        by,
        on_conflict,
        dry_run,
        names: HashMap::new(),
        items: Vec::new(),
    };
    for recipe in &recipes {
        place.recipe(recipe).await?;
    }
    for (_, agent) in agents {
        place.agent(agent).await?;
    }
    for (_, workflow) in workflows {
        place.workflow(workflow).await?;
    }
    let mut items = place.items;
    items.extend(unread.into_iter().map(|(file, why)| Imported {
        kind: ItemKind::File,
        name: file,
        outcome: Outcome::Failed,
        renamed_to: None,
        detail: Some(why),
    }));
    let counts = counts(&items);
    if !dry_run {
        let deed = Deed::on("import", "workspace").after(&json!(items));
        let said = format!(
            "created {}, replaced {}, renamed {}, skipped {}, failed {}",
            counts.created, counts.replaced, counts.renamed, counts.skipped, counts.failed
        );
        audit::record(app, by, deed.because(Some(said))).await?;
    }
    Ok(ImportOutcome {
        dry_run,
        counts,
        items,
    })
}

fn counts(items: &[Imported]) -> Counts {
    let of = |outcome: Outcome| items.iter().filter(|item| item.outcome == outcome).count();
    Counts {
        created: of(Outcome::Created),
        replaced: of(Outcome::Replaced),
        renamed: of(Outcome::Renamed),
        skipped: of(Outcome::Skipped),
        failed: of(Outcome::Failed),
    }
}

/// The first name with a number behind it that is not taken.
pub(super) fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut number = 2_u32;
    loop {
        let wanted = format!("{name} ({number})");
        if !is_taken(&folded(&wanted)) {
            return wanted;
        }
        number += 1;
    }
}
