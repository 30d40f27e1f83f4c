//! Where a test runs: a whole installation in miniature, in a temporary folder, with a world and a clock of its own.
//!
//! Its engine, store and connectors are the real ones. Nothing in it reaches the workspace or leaves the machine.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Clock, Embedded, Engine, Library, Mode, Ports, RandomIds, ToolCall, Toolbox};
use avops_llm::Desk;
use avops_store::{Store, StoreOptions};
use avops_tools::campus::Script;
use avops_tools::{Environment, HttpConfig, InMock, Registry, RegistryOptions};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::clock::StageClock;
use super::format::Test;
use super::watched::Watched;
use crate::models::{DeskModels, StoreLedger};
use crate::recipes::{self, SaveRecipe};
use crate::support::RecentLog;
use crate::{Actor, App, Error, Options, Parts, RecipeLibrary};

/// When a test starts that says nothing of it: a Monday morning.
const MORNING: &str = "2026-01-05T09:00:00Z";
/// Longest wait for a call that comes before the run.
const BEFOREHAND: Duration = Duration::from_secs(10);

/// An installation in miniature.
pub(super) struct Stage {
    pub(super) app: App,
    pub(super) by: Actor,
    pub(super) clock: Arc<StageClock>,
    pub(super) watched: Arc<Watched>,
    store: Store,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    _folder: TempDir,
}

/// What the workspace has that a test needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// Texts of other recipes, for steps that run one.
    pub(super) recipes: Vec<String>,
    /// HTTP connectors of the workspace; the campus answers in their place.
    pub(super) connectors: Vec<HttpConfig>,
}

impl Stage {
    /// Sets up the world of a test.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a world that does not fit the campus, [`Error::Internal`] when there is no room for it.
    pub(super) async fn set(test: &Test, around: &Surroundings) -> Result<Self, Error> {
        let world = |message: String| {
            Error::bad_input(
                format!("test {:?}: {message}", test.name),
                "`world` has the form of a campus script; what it does not say stays as it ships",
            )
        };
        let campus = if test.world.is_null() {
            Script::shipped()?
        } else {
            Script::shipped_with(&test.world).map_err(|error| world(error.to_string()))?
        };
        let start = match test.at {
            Some(at) => at,
            None => MORNING.parse::<Timestamp>().map_err(internal)?,
        };
        let clock = Arc::new(StageClock::new(start));
        let time: Arc<dyn Clock> = clock.clone();
        let folder = tempfile::tempdir().map_err(internal)?;
        let store = Store::open(StoreOptions {
            low_water: 0,
            ..StoreOptions::in_folder(folder.path())
        })
        .await?;
        let options = RegistryOptions {
            campus,
            ..RegistryOptions::new(folder.path(), true)?
        };
        let tools = Arc::new(Registry::new(options, Arc::clone(&time))?);
        for connector in &around.connectors {
            let mut simulated = connector.clone();
            simulated.in_mock = Some(InMock::Simulate);
            tools.add_http(simulated)?;
        }
        let watched = Arc::new(Watched::new(Arc::clone(&tools), test.changes.clone()));
        let toolbox: Arc<dyn Toolbox> = watched.clone();
        let library = Arc::new(RecipeLibrary::new(store.clone(), Arc::clone(&tools)));
        let ledger = Arc::new(StoreLedger::new(store.clone()));
        let models = Desk::open(Arc::clone(&time), ledger).map_err(internal)?;
        let models = Arc::new(models);
        let engine = Arc::new(Embedded::new(
            Ports {
                journal: Arc::new(store.clone()),
                toolbox,
                models: Arc::new(DeskModels::new(Arc::clone(&models), Arc::clone(&tools))),
                library: Arc::clone(&library) as Arc<dyn Library>,
                clock: Arc::clone(&time),
                ids: Arc::new(RandomIds),
            },
            avops_engine::Options {
                // Whatever waits for a time is parked at once, so that the clock can be turned to that time.
                stay_awake: Duration::ZERO,
                ..avops_engine::Options::default()
            },
        ));
        let stop = CancellationToken::new();
        let serving = tokio::spawn({
            let (engine, until) = (Arc::clone(&engine), stop.clone());
            async move {
                if let Err(error) = engine.serve(until).await {
                    tracing::error!(%error, "the engine of a recipe test ended");
                }
            }
        });
        let parts = Parts {
            store: store.clone(),
            engine,
            tools,
            models,
            library,
            clock: time,
        };
        let options = Options {
            public_url: "http://avops.test".to_owned(),
            force_mock: true,
            recipes: None,
            recent_log: RecentLog::default(),
            environment: Environment::default(),
        };
        Ok(Self {
            app: App::new(parts, options).await?,
            by: Actor::owner("test"),
            clock,
            watched,
            store,
            stop,
            serving,
            _folder: folder,
        })
    }

    /// Makes the calls that come before the run.
    ///
    /// # Errors
    /// [`Error::BadInput`] that names the call which was refused.
    pub(super) async fn prepare(&self, test: &Test) -> Result<(), Error> {
        for (number, before) in test.before.iter().enumerate() {
            let refused = |message: String| {
                Error::bad_input(
                    format!(
                        "test {:?}: {} under `before`: {message}",
                        test.name, before.action
                    ),
                    "write it as `{ action: tool.action, with: { … } }`",
                )
            };
            let Some((tool, action)) = before.action.split_once('.') else {
                return Err(refused("it names no tool".to_owned()));
            };
            let call = ToolCall {
                tool: tool.to_owned(),
                action: action.to_owned(),
                args: Value::Object(before.with.clone()),
                idempotency_key: format!("before:{number}"),
                timeout: BEFOREHAND,
                mode: Mode::Mock,
            };
            let called = self.app.tools.call(&call).await;
            called.map_err(|error| refused(error.to_string()))?;
        }
        Ok(())
    }

    /// Keeps other recipes here, for steps that run one. What cannot run here is left out: whoever calls it learns that
    /// there is no such recipe.
    pub(super) async fn keep(&self, recipes: &[String]) -> Result<(), Error> {
        for yaml in recipes {
            let new = SaveRecipe {
                yaml: yaml.clone(),
                changelog: None,
            };
            match recipes::create(&self.app, &self.by, new).await {
                Ok(_) | Err(Error::Invalid(_) | Error::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes everything down again.
    pub(super) async fn strike(self) -> Result<(), Error> {
        self.stop.cancel();
        self.serving.await.map_err(internal)?;
        drop(self.app);
        drop(self.watched);
        Ok(self.store.close().await?)
    }
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a recipe test cannot be set up: {error}"))
}
