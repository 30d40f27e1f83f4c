//! Promoting and demoting by people, and what is measured for it.

use std::collections::BTreeMap;

use avops_engine::Mode;
use avops_store::RecipeRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::promotion::{self, Promotion};
use super::stage::{self, Stage, StageRecord};
use super::view;
use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 1_000;

/// A version that is to be promoted.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Promote {
    /// `supervised` or `promoted`; the next stage when absent.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// The version; the newest when absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// Why. Needed for an override.
    #[serde(default)]
    pub reason: Option<String>,
    /// Also when criteria do not hold, or there are not enough runs to say.
    #[serde(default, rename = "override")]
    pub overrides: bool,
}

/// A recipe that is to be demoted.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demote {
    /// `supervised` or `draft`; the stage below when absent.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Puts a version one stage up, or into the stage that is asked for. Supervision takes a recipe without errors; working
/// on its own takes the four criteria, or somebody who overrides them and says why.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is there already, has errors, or criteria do not hold;
/// [`Error::BadInput`] for an override without a reason.
pub async fn promote(
    app: &App,
    by: &Actor,
    recipe: &str,
    request: Promote,
) -> Result<Promotion, Error> {
    by.require(Permission::Author)?;
    let reason = reason(request.reason)?;
    let row = view::find(app, recipe).await?;
    let version = request.version.unwrap_or(row.version);
    let found = measured(app, &row, version).await?;
    let now = if stage::staged(&row) == Some(version) {
        Stage::of(&row)?
    } else {
        Stage::Draft
    };
    let wanted = request.stage.unwrap_or(match now {
        Stage::Draft => Stage::Supervised,
        Stage::Supervised | Stage::Promoted => Stage::Promoted,
    });
    if wanted <= now {
        return Err(Error::Conflict {
            message: format!("{:?} v{version} is {} already", row.name, now.as_str()),
            hint: Some("to put it lower, demote it".to_owned()),
        });
    }
    if found.errors > 0 {
        return Err(Error::Conflict {
            message: format!("{:?} v{version} has errors and cannot run", row.name),
            hint: Some("mend what its editor shows, and promote the version after it".to_owned()),
        });
    }
    let mut waived = Vec::new();
    if wanted == Stage::Promoted {
        // Whoever lets a recipe work on its own could as well switch on what starts by itself.
        by.require(Permission::Schedule)?;
        waived = missing(&found);
        if !waived.is_empty() && !request.overrides {
            return Err(Error::Conflict {
                message: format!(
                    "{:?} v{version} does not meet: {}",
                    row.name,
                    waived.join(", ")
                ),
                hint: Some(
                    "the Promotion tab and `avops promote RECIPE --show` say what is measured; an override promotes it all the same and needs a reason"
                        .to_owned(),
                ),
            });
        }
        if !waived.is_empty() && reason.is_none() {
            return Err(Error::bad_input(
                "an override needs a reason",
                "say why it may work on its own before the criteria hold",
            ));
        }
    }
    let record = StageRecord {
        by: by.name.clone(),
        at: app.now(),
        reason,
        waived,
        automatic: false,
        actions: found.actions.clone(),
    };
    set(app, by, &row, wanted, version, &record, "recipe.promote").await?;
    promotion(app, by, &row.id, Some(version)).await
}

/// Puts a recipe one stage down, or into the stage that is asked for.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is there or lower already.
pub async fn demote(
    app: &App,
    by: &Actor,
    recipe: &str,
    request: Demote,
) -> Result<Promotion, Error> {
    // Pulling the brake is for whoever works with recipes. A draft asks nobody, so that takes an author.
    by.require(Permission::Simulate)?;
    let reason = reason(request.reason)?;
    let row = view::find(app, recipe).await?;
    let now = Stage::of(&row)?;
    let wanted = request.stage.unwrap_or(match now {
        Stage::Promoted => Stage::Supervised,
        Stage::Supervised | Stage::Draft => Stage::Draft,
    });
    if wanted == Stage::Draft {
        by.require(Permission::Author)?;
    }
    if wanted >= now {
        return Err(Error::Conflict {
            message: format!("{:?} is {} already", row.name, now.as_str()),
            hint: Some("to put it higher, promote it".to_owned()),
        });
    }
    let version = stage::staged(&row).unwrap_or(row.version);
    let record = StageRecord {
        by: by.name.clone(),
        at: app.now(),
        reason,
        waived: Vec::new(),
        automatic: false,
        actions: stage::record(&row)
            .map(|record| record.actions)
            .unwrap_or_default(),
    };
    set(app, by, &row, wanted, version, &record, "recipe.demote").await?;
    promotion(app, by, &row.id, None).await
}

/// Measures the promotion criteria of a version over its newest finished live runs; of the newest version when absent.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn promotion(
    app: &App,
    by: &Actor,
    recipe: &str,
    version: Option<u32>,
) -> Result<Promotion, Error> {
    by.require(Permission::See)?;
    let row = view::find(app, recipe).await?;
    let version = version.unwrap_or(row.version);
    Ok(measured(app, &row, version).await?.promotion)
}

/// What was measured of a version, and what a decision needs besides.
pub(super) struct Found {
    pub(super) promotion: Promotion,
    errors: usize,
    pub(super) actions: BTreeMap<String, String>,
}

pub(super) async fn measured(app: &App, row: &RecipeRow, version: u32) -> Result<Found, Error> {
    let text = view::text(app, row, version).await?;
    let reading = app
        .readings
        .of(&app.library, &row.name, &text.hash, &text.yaml);
    let vocabulary = app.library.vocabulary_for(&[]);
    let outcomes = app
        .store
        .outcomes_of(
            &row.id,
            Some(version),
            &[Mode::Live],
            promotion::RUNS_NEEDED,
        )
        .await?;
    let runs: Vec<promotion::Measured> = outcomes.iter().map(promotion::Measured::from).collect();
    let actions = stage::actions(&reading.steps, &vocabulary);
    let mut found = promotion::measure(
        Stage::of_version(row, version)?,
        reading.recipe.as_ref(),
        &vocabulary,
        &runs,
    );
    found.version = version;
    found.staged_version = stage::staged(row);
    found.record = stage::record(row);
    let workflows = app.store.workflows().await?;
    found.workflows = workflows
        .into_iter()
        .filter(|workflow| workflow.recipe_id == row.id && workflow.version.is_none())
        .map(|workflow| workflow.name)
        .collect();
    Ok(Found {
        promotion: found,
        errors: reading.count(avops_recipe::Severity::Error),
        actions,
    })
}

/// Names of the criteria that do not hold, or of which nobody knows.
fn missing(found: &Found) -> Vec<String> {
    let criteria = found.promotion.criteria.iter();
    criteria
        .filter(|criterion| criterion.holds != Some(true))
        .map(|criterion| criterion.name.to_owned())
        .collect()
}

pub(super) async fn set(
    app: &App,
    by: &Actor,
    row: &RecipeRow,
    stage: Stage,
    version: u32,
    record: &StageRecord,
    what: &'static str,
) -> Result<(), Error> {
    let kept = stage::kept(stage, version, record);
    app.store.set_recipe_stage(&row.id, &kept).await?;
    app.catalog.forget();
    let mut why = record.reason.clone().unwrap_or_default();
    if !record.waived.is_empty() {
        why = format!("{why} (overridden: {})", record.waived.join(", "));
    }
    let object = format!("{} v{version} to {}", row.name, stage.as_str());
    let deed = Deed::on(what, object)
        .before(&json!([row.stage.name, row.stage.version]))
        .after(&json!([kept.name, kept.version]))
        .because((!why.is_empty()).then_some(why));
    audit::record(app, by, deed).await
}

fn reason(given: Option<String>) -> Result<Option<String>, Error> {
    let given = given.map(|reason| reason.trim().to_owned());
    let given = given.filter(|reason| !reason.is_empty());
    if given
        .as_ref()
        .is_some_and(|reason| reason.chars().count() > LONGEST_REASON)
    {
        return Err(Error::bad_input(
            format!("the reason is longer than {LONGEST_REASON} characters"),
            "say it shorter, and put the rest where the link leads",
        ));
    }
    Ok(given)
}
