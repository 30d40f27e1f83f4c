//! Runs: start, watch, answer, cancel, run again.

mod answer;
mod article;
mod bulk;
mod preflight;
mod read;
mod rerun;
mod start;
mod view;

pub use answer::signal;
pub use article::{RunArticle, article};
pub use bulk::{Bulk, BulkAction, BulkItem, BulkOutcome, bulk};
pub use read::{RunFilter, artifact_content, changes, entries, get, list, wait};
pub use rerun::{NamedVersion, Rerun, RerunVersion, rerun};
pub use start::{Origin, StartRun, StartText, Started, start, start_text};
pub use view::{ArtifactContent, RunArtifact, RunDetails, RunStep, RunSummary};

pub(crate) use answer::{may_answer, named, waiting};
pub(crate) use start::start_own_text;
