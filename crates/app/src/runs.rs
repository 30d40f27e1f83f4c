//! Runs: start, watch, answer, cancel, run again.

mod answer;
mod article;
mod bulk;
mod compare;
mod preflight;
mod read;
mod rerun;
mod start;
mod view;

pub use answer::signal;
pub use article::{RunArticle, article};
pub use bulk::{Bulk, BulkAction, BulkItem, BulkOutcome, bulk};
pub use compare::{ComparedStep, RunComparison, compare};
pub use read::{RunFilter, artifact_content, changes, entries, get, list, wait};
pub use rerun::{NamedVersion, Rerun, RerunPreview, RerunVersion, preview, rerun};
pub use start::{Origin, StartRun, StartText, Started, start, start_text};
pub use view::{AgainRun, ArtifactContent, RunAgain, RunArtifact, RunDetails, RunStep, RunSummary};

pub(crate) use answer::{may_answer, named, waiting};
pub(crate) use start::start_own_text;
