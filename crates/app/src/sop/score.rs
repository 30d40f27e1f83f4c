//! How good a draft is, against what a person wrote down beforehand.

use avops_llm::sop::score::{self as scoring, Expected, Score};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SopEngine, SopText, SopWork, convert};
use crate::{Actor, App, Error, Permission};

/// Most entries of a list of expectations.
const MOST: usize = 500;

/// A procedure, and what is expected of its draft.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SopExpected {
    /// The procedure, and who is to draft it.
    pub sop: SopText,
    /// What is expected.
    pub expected: Expected,
}

/// How good the draft is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SopScored {
    /// Its figures, each from 0 to 1.
    pub score: Score,
    /// Their mean.
    pub mean: f64,
    /// Who drafted it.
    pub engine: SopEngine,
    /// Why no model drafted it, where one was asked for.
    pub reason: Option<String>,
    /// What a model took to draft it.
    pub work: Option<SopWork>,
}

/// Drafts a recipe out of a procedure and scores the draft. Nothing is saved.
///
/// # Errors
/// As [`convert`], and [`Error::BadInput`] for too many expectations.
pub async fn score(app: &App, by: &Actor, wanted: SopExpected) -> Result<SopScored, Error> {
    by.require(Permission::Author)?;
    let expected = wanted.expected;
    let lists = [
        expected.steps.len(),
        expected.inputs.len(),
        expected.gated.len(),
        expected.never.len(),
        expected.mapped.len(),
    ];
    if lists.into_iter().any(|length| length > MOST) {
        return Err(Error::bad_input(
            format!("a list of expectations has more than {MOST} entries"),
            "score the procedure in parts",
        ));
    }
    let tools = match &wanted.sop.agent {
        Some(agent) => app.catalog.agent(agent).await?.tools.clone(),
        None => Vec::new(),
    };
    let draft = convert(app, by, wanted.sop).await?;
    let vocabulary = app.library.vocabulary_for(&tools);
    let work = tokio::task::spawn_blocking(move || {
        let score = scoring::score(&draft.yaml, &draft.trace, &expected, &vocabulary);
        SopScored {
            mean: score.mean(),
            score,
            engine: draft.engine,
            reason: draft.reason,
            work: draft.work,
        }
    });
    work.await
        .map_err(|error| Error::Internal(format!("the draft could not be scored: {error}")))
}
