//! Operations: what a user can do, one function each. Every front door calls only these.
//!
//! Each operation takes the [`App`] and the [`Actor`] who asks, refuses first, and then does one
//! thing. There is no way past the permission check: nothing in here is reachable without an actor, except for
//! [`hooks::receive`], where a signature stands in for one.

pub mod access;
pub mod agents;
pub mod answers;
pub mod audit;
pub mod backups;
pub mod baseline;
pub mod calendars;
pub mod campus;
mod catalog;
pub mod chat;
pub mod connectors;
pub mod dashboard;
pub mod duties;
pub mod error;
mod figures;
pub mod hooks;
pub mod inbox;
mod inputs;
mod keyring;
mod knowledge;
pub mod library;
pub mod manual;
pub mod models;
mod names;
pub mod notices;
pub mod page;
pub mod recipe_folder;
pub mod recipe_tests;
pub mod recipes;
pub mod rooms;
pub mod runs;
pub mod schedule;
mod secrets;
pub mod seed;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sop;
pub mod support;
mod surroundings;
pub mod tokens;
pub mod transfer;
pub mod workflows;

pub use access::{Actor, Permission, Role};
pub use error::{Error, Finding};
pub use library::RecipeLibrary;
pub use page::{Page, PageRequest};

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use avops_engine::{Clock, Engine, RunId};
use avops_llm::Desk;
use avops_store::Store;
use avops_tools::{Environment, Registry};
use jiff::Timestamp;

use catalog::Catalog;
use keyring::Keyring;
use manual::Manual;
use recipes::Readings;

/// Everything operations need. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Workspace>);

/// What an [`App`] consists of.
pub struct Workspace {
    store: Store,
    engine: Arc<dyn Engine>,
    tools: Arc<Registry>,
    models: Arc<Desk>,
    library: Arc<RecipeLibrary>,
    clock: Arc<dyn Clock>,
    options: Arc<Options>,
    catalog: Arc<Catalog>,
    keyring: Arc<Keyring>,
    readings: Arc<Readings>,
    manual: Arc<Manual>,
    /// Who changes the settings of a tool has them alone until they are kept and in use.
    tool_settings_turn: Arc<tokio::sync::Mutex<()>>,
    connector_files: Arc<connectors::folder::Folder>,
    /// Who changes the directory of rooms has it alone until the change is kept and in use.
    places_turn: Arc<tokio::sync::Mutex<()>>,
    schedule: Arc<workflows::Schedule>,
    folder: Arc<recipe_folder::FolderState>,
    /// One set of recipe tests at a time: each has an installation of its own.
    recipe_tests_turn: Arc<tokio::sync::Mutex<()>>,
    hooks: Arc<hooks::Rates>,
    /// Who changes calendars has them alone until they are kept.
    calendars_turn: tokio::sync::Mutex<()>,
}

impl Deref for App {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.0
    }
}

/// The parts of the program that operations work with.
pub struct Parts {
    /// Everything kept.
    pub store: Store,
    /// Runs.
    pub engine: Arc<dyn Engine>,
    /// Tools.
    pub tools: Arc<Registry>,
    /// Language models.
    pub models: Arc<Desk>,
    /// The same library that the engine was given.
    pub library: Arc<RecipeLibrary>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// How this installation is reached and run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Absolute address of the page, without a slash at the end: `http://127.0.0.1:8420`.
    pub public_url: String,
    /// Whether mock mode is forced on (`--mock`), whatever the setting says.
    pub force_mock: bool,
    /// The folder of recipes that is kept in step with the saved ones.
    pub recipes: Option<PathBuf>,
    /// Variables that may hold keys and addresses of language models. Shows no values.
    pub environment: Environment,
    /// The newest lines of the log, for support bundles.
    pub recent_log: support::RecentLog,
}

impl App {
    /// Puts the parts together, registers the connectors that were added earlier, and sets mock mode as the
    /// workspace has it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the store cannot be read.
    pub async fn new(parts: Parts, options: Options) -> Result<Self, Error> {
        let app = Self(Arc::new(Workspace {
            catalog: Arc::new(Catalog::new(parts.store.clone())),
            store: parts.store,
            engine: parts.engine,
            tools: parts.tools,
            models: parts.models,
            library: parts.library,
            clock: parts.clock,
            options: Arc::new(options),
            keyring: Arc::default(),
            readings: Arc::default(),
            manual: Arc::new(Manual::new()),
            tool_settings_turn: Arc::default(),
            connector_files: Arc::default(),
            places_turn: Arc::default(),
            schedule: Arc::default(),
            recipe_tests_turn: Arc::default(),
            folder: Arc::default(),
            hooks: Arc::default(),
            calendars_turn: tokio::sync::Mutex::default(),
        }));
        app.tools
            .add_own(Arc::new(knowledge::Knowledge::new(&app)?))?;
        settings::apply(&app).await?;
        calendars::apply(&app).await?;
        rooms::restore(&app).await?;
        connectors::restore(&app).await?;
        connectors::folder::look(&app, true).await?;
        connectors::restore_settings(&app).await?;
        hooks::subscribe(&app).await?;
        Ok(app)
    }

    /// The engine, for whoever makes it serve.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// How many groups of records were committed since the start, each with one flush of the disk.
    pub fn commits(&self) -> u64 {
        self.store.commits()
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// How this installation is reached and run.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What a readiness check asks: whether the store answers and nothing has failed.
    ///
    /// # Errors
    /// Says what is wrong; that is for the log, not for whoever asked.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.store.check().await?)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn run_url(&self, id: RunId) -> String {
        format!("{}/runs/{id}", self.options.public_url)
    }
}
