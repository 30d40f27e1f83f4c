//! Two runs side by side: what went in, what each step did, what was left behind.

use std::collections::HashMap;

use avops_engine::{RunId, RunPhase, StepKey, StepState, StepStatus};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::read;
use super::view::{RunArtifact, RunStep, RunSummary};
use crate::{Actor, App, Error, Permission};

/// Most steps that a comparison shows.
const MOST_STEPS: usize = 1_000;
/// Most artifacts that a comparison shows.
const MOST_ARTIFACTS: usize = 500;

/// Two runs side by side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunComparison {
    /// The run that was asked for.
    pub one: RunSummary,
    /// The run that it is compared with.
    pub other: RunSummary,
    /// Whether both ran the same text of the recipe.
    pub same_recipe: bool,
    /// Inputs of either.
    pub inputs: Vec<ComparedValue>,
    /// Results of either.
    pub outputs: Vec<ComparedValue>,
    /// Steps of either, phase by phase, at most 1000.
    pub steps: Vec<ComparedStep>,
    /// What either left behind, at most 500.
    pub artifacts: Vec<ComparedArtifact>,
    /// How many steps and artifacts are not shown.
    pub left_off: usize,
}

/// A named value in both runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparedValue {
    /// Its name.
    pub name: String,
    /// In the one.
    pub one: Option<Value>,
    /// In the other.
    pub other: Option<Value>,
    /// Whether they are equal.
    pub same: bool,
}

/// A step in both runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparedStep {
    /// Its key.
    pub key: StepKey,
    /// Its phase.
    pub phase: RunPhase,
    /// For people.
    pub title: String,
    /// In the one; absent where that did not reach it.
    pub one: Option<StepSide>,
    /// In the other.
    pub other: Option<StepSide>,
    /// Whether it ended alike.
    pub same_outcome: bool,
    /// Whether the same went in.
    pub same_payload: bool,
    /// Whether the same came out.
    pub same_result: bool,
}

/// A step in one of two runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepSide {
    /// Where it stands.
    pub status: StepStatus,
    /// From begun to ended.
    pub duration_ms: Option<i64>,
    /// The latest attempt.
    pub attempt: u32,
    /// Why it failed.
    pub error: Option<String>,
    /// The run that did it, where this one reuses its result.
    pub reused_from: Option<RunId>,
}

/// Something that was left behind by one run or by both.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparedArtifact {
    /// Key of the step that made it.
    pub step: String,
    /// What it is.
    pub kind: String,
    /// For people.
    pub title: String,
    /// What the one run made.
    pub one: Option<ArtifactSide>,
    /// What the other run made.
    pub other: Option<ArtifactSide>,
}

/// An artifact of one of two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactSide {
    /// `RUN:NUMBER`.
    pub id: String,
    /// Its id in the other system.
    pub external_id: Option<String>,
    /// Where to look at it.
    pub url: Option<String>,
}

/// Compares two runs.
///
/// # Errors
/// [`Error::NotFound`] for either.
pub async fn compare(
    app: &App,
    by: &Actor,
    one: RunId,
    other: RunId,
) -> Result<RunComparison, Error> {
    by.require(Permission::See)?;
    let one = read::get(app, by, one).await?;
    let other = read::get(app, by, other).await?;
    let mut steps = steps(one.steps, other.steps);
    let mut artifacts = artifacts(one.artifacts, other.artifacts);
    let left_off =
        steps.len().saturating_sub(MOST_STEPS) + artifacts.len().saturating_sub(MOST_ARTIFACTS);
    steps.truncate(MOST_STEPS);
    artifacts.truncate(MOST_ARTIFACTS);
    Ok(RunComparison {
        same_recipe: one.recipe_hash == other.recipe_hash,
        inputs: values(one.inputs, other.inputs),
        outputs: values(one.outputs, other.outputs),
        one: one.summary,
        other: other.summary,
        steps,
        artifacts,
        left_off,
    })
}

fn values(one: Map<String, Value>, mut other: Map<String, Value>) -> Vec<ComparedValue> {
    let mut compared: Vec<ComparedValue> = one
        .into_iter()
        .map(|(name, value)| {
            let there = other.remove(&name);
            ComparedValue {
                same: there.as_ref() == Some(&value),
                one: Some(value),
                other: there,
                name,
            }
        })
        .collect();
    compared.extend(other.into_iter().map(|(name, value)| ComparedValue {
        name,
        one: None,
        other: Some(value),
        same: false,
    }));
    compared
}

fn steps(one: Vec<RunStep>, other: Vec<RunStep>) -> Vec<ComparedStep> {
    let mut there: IndexMap<StepKey, RunStep> = other
        .into_iter()
        .map(|step| (step.id.clone(), step))
        .collect();
    let mut compared: Vec<ComparedStep> = one
        .into_iter()
        .map(|step| {
            let other = there.shift_remove(&step.id);
            pair(Some(step), other)
        })
        .collect();
    compared.extend(there.into_values().map(|step| pair(None, Some(step))));
    // Stable: within a phase the order of the one run stays, and what only the other has follows.
    compared.sort_by_key(|step| step.phase);
    compared
}

fn pair(one: Option<RunStep>, other: Option<RunStep>) -> ComparedStep {
    let (left, right) = (one.as_ref(), other.as_ref());
    let both = left.zip(right);
    let alike = |same: fn(&StepState, &StepState) -> bool| {
        both.is_some_and(|(left, right)| same(&left.state, &right.state))
    };
    let (same_outcome, same_payload, same_result) = (
        alike(|left, right| left.status == right.status),
        alike(|left, right| left.payload == right.payload),
        alike(|left, right| left.result == right.result),
    );
    let shown = left.or(right).map(|step| &step.state);
    ComparedStep {
        key: shown.map_or_else(|| StepKey(String::new()), |step| step.key.clone()),
        phase: shown.map_or(RunPhase::Act, |step| step.phase),
        title: shown.map_or_else(String::new, |step| step.title.clone()),
        same_outcome,
        same_payload,
        same_result,
        one: one.map(side),
        other: other.map(side),
    }
}

fn side(step: RunStep) -> StepSide {
    StepSide {
        status: step.state.status,
        duration_ms: step.duration_ms,
        attempt: step.state.attempt,
        error: step.state.error,
        reused_from: step.state.reused_from,
    }
}

/// Artifacts belong together that the same step made as its first, second … of that kind.
fn artifacts(one: Vec<RunArtifact>, other: Vec<RunArtifact>) -> Vec<ComparedArtifact> {
    let mut compared: IndexMap<(String, String, usize), ComparedArtifact> = IndexMap::new();
    for (artifacts, is_one) in [(one, true), (other, false)] {
        let mut made: HashMap<(String, String), usize> = HashMap::new();
        for artifact in artifacts {
            let (step, kind) = (artifact.step_id, artifact.artifact.kind);
            let number = made.entry((step.clone(), kind.clone())).or_default();
            *number += 1;
            let title = artifact.artifact.title;
            let side = ArtifactSide {
                id: artifact.id,
                external_id: artifact.artifact.external_id,
                url: artifact.artifact.url,
            };
            let entry = compared
                .entry((step.clone(), kind.clone(), *number))
                .or_insert_with(|| ComparedArtifact {
                    step,
                    kind,
                    title,
                    one: None,
                    other: None,
                });
            if is_one {
                entry.one = Some(side);
            } else {
                entry.other = Some(side);
            }
        }
    }
    compared.into_values().collect()
}
