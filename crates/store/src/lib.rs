//! Everything kept, in one `SQLite` file: journals and what follows from them, and the catalog.
//!
//! The only room that knows SQL. One writer commits in groups ([`writer`](mod@writer)); readers have connections of
//! their own beside it. Rows of runs, steps and artifacts are written with the journal entries they follow from, and
//! interpreted nowhere in here.

mod agents;
mod artifacts;
mod audit;
mod backup;
mod bulk;
mod chat;
mod commit;
mod connector_files;
mod connectors;
mod cursor;
mod dialect;
mod encode;
mod error;
mod figures;
mod folder;
mod hooks;
mod inbox;
mod journal;
mod log;
mod model_calls;
mod notices;
mod occurrences;
mod open;
mod places;
#[cfg(test)]
mod plans;
mod recipe_figures;
mod recipe_tests;
mod recipes;
mod requests;
mod reserve;
mod reset;
mod restore;
mod runs;
mod schema;
mod sessions;
mod settings;
mod steps;
mod tokens;
mod tool_settings;
mod vault;
mod words;
mod workflows;
mod writer;

pub use agents::AgentRow;
pub use audit::{AuditLine, AuditRow};
pub use backup::{BackupFacts, BackupFile, read_backup};
pub use chat::{MessageRow, ThreadFilter, ThreadRow};
pub use connector_files::ConnectorFileRow;
pub use connectors::ConnectorRow;
pub use cursor::Page;
pub use error::StoreError;
pub use figures::{Kpis, LastError, ModeCount, StatusCount, TrendPoint, Window};
pub use hooks::{DeliveryRow, HookRow};
pub use inbox::WaitingStep;
pub use log::LARGE_LOG;
pub use model_calls::{ModelCallRow, ModelUse};
pub use notices::NoticeRow;
pub use occurrences::{OccurrenceRow, QUEUED};
pub use open::{Store, StoreOptions};
pub use places::PlaceRow;
pub use recipe_figures::{MetricPoint, RecipeFigures, RecipeWindow, RunOutcome};
pub use recipe_tests::RecipeTestsRow;
pub use recipes::{NewRecipe, RecipeRow, RecipeStage, RecipeVersion, RecipeVersionRow};
pub use requests::{Begun, StoredAnswer};
pub use reset::{CatalogReset, RemovedCatalog};
pub use restore::{Restored, restore};
pub use runs::{RunColumn, RunFilter, RunOrder, RunRow};
pub use sessions::{NewSession, NewSignIn, SessionRow};
pub use settings::SettingRow;
pub use tokens::{NewToken, TokenRow};
pub use tool_settings::ToolSettingRow;
pub use workflows::WorkflowRow;
