//! Stages: which version of a recipe may work on its own, which asks before each act, and which is only a draft.

use std::collections::BTreeMap;

use avops_recipe::Vocabulary;
use avops_store::{RecipeRow, RecipeStage};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::outline::StepOutline;
use crate::Error;
use crate::secrets::sha256;

/// Where a version of a recipe stands on the way to work on its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Somebody tries it out.
    Draft,
    /// It works, and a person is asked before each act.
    Supervised,
    /// It works on its own.
    Promoted,
}

/// How a recipe came to its stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageRecord {
    /// Who put it there; `AVOps` for a demotion by itself.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
    /// Criteria that did not hold and were overridden, by name.
    #[serde(default)]
    pub waived: Vec<String>,
    /// Whether it was demoted by itself, and not by a person.
    #[serde(default)]
    pub automatic: bool,
    /// Hashes of the definitions of the actions that it calls, as they were then.
    #[serde(default)]
    pub actions: BTreeMap<String, String>,
}

impl Stage {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Supervised => "supervised",
            Self::Promoted => "promoted",
        }
    }

    /// The stage that a recipe was put into, whatever its version.
    pub(crate) fn of(row: &RecipeRow) -> Result<Self, Error> {
        Self::named(&row.stage.name)
    }

    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        [Self::Draft, Self::Supervised, Self::Promoted]
            .into_iter()
            .find(|stage| stage.as_str() == name)
            .ok_or_else(|| Error::Internal(format!("the stored stage {name:?} is none")))
    }

    /// The stage of one version. What is not the version that was promoted has to earn it again: beside a promoted or
    /// supervised version every other one is supervised.
    pub(crate) fn of_version(row: &RecipeRow, version: u32) -> Result<Self, Error> {
        let stage = Self::of(row)?;
        Ok(if staged(row) == Some(version) {
            stage
        } else {
            stage.min(Self::Supervised)
        })
    }
}

/// The version that was supervised or promoted; `None` for a draft.
pub(crate) fn staged(row: &RecipeRow) -> Option<u32> {
    (row.stage.name != Stage::Draft.as_str()).then(|| row.stage.version.unwrap_or(row.version))
}

/// How the recipe came to its stage, where anybody put it there.
pub(super) fn record(row: &RecipeRow) -> Option<StageRecord> {
    serde_json::from_value(row.stage.record.clone()).ok()
}

/// The stage as the store keeps it.
pub(super) fn kept(stage: Stage, version: u32, record: &StageRecord) -> RecipeStage {
    RecipeStage {
        name: stage.as_str().to_owned(),
        version: (stage != Stage::Draft).then_some(version),
        record: json!(record),
    }
}

/// Hashes of what the actions of a recipe do and take: whoever changes one of them changes what was promoted. Words for
/// people do not count.
pub(super) fn actions(steps: &[StepOutline], vocabulary: &Vocabulary) -> BTreeMap<String, String> {
    let named = steps
        .iter()
        .filter_map(|step| Some((step.tool.as_deref()?, step.action.as_deref()?)));
    named
        .map(|(tool, action)| {
            let hash = match vocabulary.action(tool, action) {
                Some(spec) => sha256(
                    &json!([
                        spec.effect,
                        spec.repeat,
                        spec.input_schema,
                        spec.output_schema,
                        spec.result,
                        spec.guard
                    ])
                    .to_string(),
                ),
                None => "gone".to_owned(),
            };
            (format!("{tool}.{action}"), hash)
        })
        .collect()
}

/// The actions whose definitions are not what they were, by name.
pub(super) fn changed(
    then: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<String> {
    let differs = |(name, hash): &(&String, &String)| now.get(*name) != Some(hash);
    then.iter()
        .filter(differs)
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(stage: &str, version: Option<u32>) -> RecipeRow {
        let at: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        RecipeRow {
            id: "r".to_owned(),
            name: "R".to_owned(),
            slug: "r".to_owned(),
            version: 3,
            hash: String::new(),
            stage: RecipeStage {
                name: stage.to_owned(),
                version,
                record: serde_json::Value::Null,
            },
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn only_the_version_that_was_promoted_works_on_its_own() {
        let promoted = row("promoted", Some(2));
        let of = |version| Stage::of_version(&promoted, version).unwrap();
        assert_eq!(of(2), Stage::Promoted);
        assert_eq!(of(3), Stage::Supervised);
        assert_eq!(of(1), Stage::Supervised);
        assert_eq!(staged(&promoted), Some(2));
    }

    #[test]
    fn every_version_of_a_draft_is_a_draft() {
        let draft = row("draft", None);
        assert_eq!(Stage::of_version(&draft, 3).unwrap(), Stage::Draft);
        assert_eq!(staged(&draft), None);
    }

    #[test]
    fn an_action_that_is_gone_or_different_counts_as_changed() {
        let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            pairs.iter().map(owned).collect()
        };
        let then = of(&[("a.x", "1"), ("a.y", "2"), ("b.z", "3")]);
        let now = of(&[("a.x", "1"), ("a.y", "other")]);
        assert_eq!(changed(&then, &now), ["a.y", "b.z"]);
    }
}
