//! A whole installation in a temporary folder, with a clock that tests can turn forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use avops_app::models::{DeskModels, StoreLedger};
use avops_app::runs::{self, Origin, RunDetails, StartRun, Started};
use avops_app::setup::{self, Seed};
use avops_app::{Actor, App, Error, Options, Parts, RecipeLibrary, Role};
use avops_engine::embedded::{Embedded, Ports};
use avops_engine::{Clock, Engine, RandomIds, RunId, RunState, Signal, SystemClock, WaitReason};
use avops_llm::Desk;
use avops_store::Store;
use avops_tools::{Environment, Registry, RegistryOptions};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Long enough for a busy machine; a test that works never waits so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// The machine's clock, turned forward by tests.
#[derive(Default)]
pub(crate) struct TestClock {
    ahead_ms: AtomicI64,
    turned: Notify,
}

impl TestClock {
    /// How far it was turned.
    pub(crate) fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead_ms.load(Ordering::SeqCst))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.ahead_ms.fetch_add(by, Ordering::SeqCst);
        self.turned.notify_waiters();
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::SeqCst));
        SystemClock.now() + ahead
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + SignedDuration::try_from(duration).unwrap();
        loop {
            let turned = self.turned.notified();
            let left = until.duration_since(self.now());
            let Ok(left) = Duration::try_from(left) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                () = turned => {}
            }
        }
    }
}

/// An installation that runs.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) owner: Actor,
    pub(crate) models: Arc<Desk>,
    pub(crate) tools: Arc<Registry>,
    serving: Serving,
    store: Store,
    dir: TempDir,
}

/// The engine at work, until it is dropped or stopped.
struct Serving {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Serving {
    fn new(engine: Arc<Embedded>) -> Self {
        let stop = CancellationToken::new();
        let until = stop.clone();
        let task = tokio::spawn(async move { engine.serve(until).await.unwrap() });
        Self {
            stop,
            task: Some(task),
        }
    }

    async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            task.await.unwrap();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    /// A fresh installation.
    pub(crate) async fn new() -> Self {
        Self::with_environment(&[]).await
    }

    /// A fresh installation whose environment holds these variables.
    pub(crate) async fn with_environment(variables: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment = Environment::new(variables.iter().map(owned));
        Self::open(tempfile::tempdir().unwrap(), environment, None).await
    }

    /// A fresh installation with a recipes folder.
    pub(crate) async fn with_recipes(folder: &std::path::Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::open(dir, Environment::default(), Some(folder.to_owned())).await
    }

    /// A fresh installation after Initialize.
    pub(crate) async fn seeded() -> Self {
        let world = Self::new().await;
        let outcome = setup::initialize(&world.app, &world.owner, Seed::default())
            .await
            .unwrap();
        assert_eq!(outcome.errors, Vec::<String>::new());
        world
    }

    async fn open(
        dir: TempDir,
        environment: Environment,
        recipes: Option<std::path::PathBuf>,
    ) -> Self {
        let clock = Arc::new(TestClock::default());
        let time: Arc<dyn Clock> = clock.clone();
        let store = Store::open_in(dir.path()).await.unwrap();
        let options = RegistryOptions::new(dir.path(), true).unwrap();
        let tools = Arc::new(Registry::new(options, Arc::clone(&time)).unwrap());
        let library = Arc::new(RecipeLibrary::new(store.clone(), tools.clone()));
        let ledger = Arc::new(StoreLedger::new(store.clone()));
        let models = Arc::new(Desk::open(Arc::clone(&time), ledger).unwrap());
        let engine = Arc::new(Embedded::new(
            Ports {
                journal: Arc::new(store.clone()),
                toolbox: tools.clone(),
                models: Arc::new(DeskModels::new(Arc::clone(&models), tools.clone())),
                library: library.clone(),
                clock: Arc::clone(&time),
                ids: Arc::new(RandomIds),
            },
            avops_engine::embedded::Options::default(),
        ));
        let serving = Serving::new(engine.clone());
        let parts = Parts {
            store: store.clone(),
            engine,
            tools: Arc::clone(&tools),
            models: Arc::clone(&models),
            library,
            clock: time,
        };
        let options = Options {
            public_url: "http://127.0.0.1:8420".to_owned(),
            force_mock: false,
            recent_log: avops_app::support::RecentLog::default(),
            recipes,
            environment,
        };
        Self {
            app: App::new(parts, options).await.unwrap(),
            clock,
            owner: Actor::owner("olga"),
            models,
            tools,
            store,
            serving,
            dir,
        }
    }

    /// The same installation after a stop and a start.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            app,
            models,
            tools,
            store,
            mut serving,
            dir,
            ..
        } = self;
        serving.stop().await;
        let environment = app.options().environment.clone();
        drop((app, models, tools));
        store.close().await.unwrap();
        Self::open(dir, environment, None).await
    }

    /// The time that its clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where the database is.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Somebody with a role.
    pub(crate) fn actor(role: Role, may_approve: bool) -> Actor {
        Actor {
            id: format!("token:{}", role.as_str()),
            name: role.as_str().to_owned(),
            role,
            may_approve,
        }
    }

    /// Asks for a run as the owner.
    pub(crate) async fn start(
        &self,
        agent: &str,
        recipe: &str,
        inputs: Value,
    ) -> Result<Started, Error> {
        let request = StartRun {
            agent: agent.to_owned(),
            recipe: recipe.to_owned(),
            inputs: mapping(inputs),
            ..StartRun::default()
        };
        runs::start(&self.app, &self.owner, request, by_hand()).await
    }

    /// Runs a recipe until it ends or waits for a person.
    pub(crate) async fn run(&self, agent: &str, recipe: &str, inputs: Value) -> RunDetails {
        let started = self.start(agent, recipe, inputs).await.unwrap();
        self.settle(started.id).await
    }

    /// Waits until a run ends or waits for a person.
    pub(crate) async fn settle(&self, id: RunId) -> RunDetails {
        runs::wait(&self.app, &self.owner, id, PATIENCE)
            .await
            .unwrap();
        runs::get(&self.app, &self.owner, id).await.unwrap()
    }

    /// Turns the clock forward until a run has ended.
    pub(crate) async fn finish(&self, id: RunId) -> RunDetails {
        loop {
            let state = runs::wait(&self.app, &self.owner, id, Duration::from_millis(50))
                .await
                .unwrap();
            if state.status.is_final() {
                return runs::get(&self.app, &self.owner, id).await.unwrap();
            }
            // Never under a call that is under way: it would run out of time.
            if state.waiting_for == Some(WaitReason::Timer) {
                self.clock.advance(SignedDuration::from_secs(2));
            }
        }
    }

    /// Says something to a run as the owner.
    pub(crate) async fn say(&self, id: RunId, signal: Signal) -> RunState {
        runs::signal(&self.app, &self.owner, id, signal)
            .await
            .unwrap()
    }
}

/// A request from a person.
pub(crate) fn by_hand() -> Origin {
    Origin {
        trigger: "manual".to_owned(),
        key: None,
        workflow: None,
    }
}

/// A request with an idempotency key.
pub(crate) fn keyed(key: &str) -> Origin {
    Origin {
        trigger: "api".to_owned(),
        key: Some(key.to_owned()),
        workflow: None,
    }
}

pub(crate) fn mapping(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not a mapping: {other}"),
    }
}

/// Kinds of a run's artifacts, in order.
pub(crate) fn kinds(run: &RunDetails) -> Vec<&str> {
    run.artifacts
        .iter()
        .map(|kept| kept.artifact.kind.as_str())
        .collect()
}

/// A yes to the one step that waits.
pub(crate) fn yes() -> Signal {
    Signal::Approve {
        step: None,
        note: Some("go ahead".to_owned()),
    }
}
