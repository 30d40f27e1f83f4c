//! A small world for the engine to work in: a journal in memory, scripted tools, recipes by text, and a clock of its own.

mod journal;
mod lines;
mod models;
mod recipes;
mod tools;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{
    Accepted, Clock, Embedded, Engine, EngineError, Ids, Mode, NewRun, Options, Ports, RecipeRef,
    RunId, RunState, Signal,
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) use journal::MemoryJournal;
pub(crate) use lines::lines;
pub(crate) use models::{ScriptedModels, calls, words};
pub(crate) use recipes::Recipes;
pub(crate) use tools::{Answer, ScriptedTools, vocabulary};

/// When the world begins: a Tuesday.
pub(crate) const BEGINNING: &str = "2026-11-24T12:00:00Z";

/// Time as the paused runtime tells it.
pub(crate) struct WorldClock {
    origin: Timestamp,
    began: tokio::time::Instant,
}

impl WorldClock {
    pub(crate) fn starting_at(origin: Timestamp) -> Self {
        Self {
            origin,
            began: tokio::time::Instant::now(),
        }
    }
}

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        let millis = i64::try_from(self.began.elapsed().as_millis()).unwrap();
        Timestamp::from_millisecond(self.origin.as_millisecond() + millis).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Ids that count up.
#[derive(Default)]
pub(crate) struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn run_id(&self) -> RunId {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        RunId(Uuid::from_u128(0xc000 + u128::from(number)))
    }
}

/// An engine with everything around it.
pub(crate) struct World {
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) tools: Arc<ScriptedTools>,
    pub(crate) models: Arc<ScriptedModels>,
    pub(crate) recipes: Arc<Recipes>,
    pub(crate) clock: Arc<WorldClock>,
    pub(crate) ids: Arc<CountedIds>,
    pub(crate) engine: Embedded,
    stop: CancellationToken,
    serving: Option<tokio::task::JoinHandle<()>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_options(Options::default())
    }

    pub(crate) fn with_options(options: Options) -> Self {
        let clock = Arc::new(WorldClock::starting_at(BEGINNING.parse().unwrap()));
        let journal = Arc::new(MemoryJournal::default());
        let tools = Arc::new(ScriptedTools::default());
        let models = Arc::new(ScriptedModels::default());
        let recipes = Arc::new(Recipes::default());
        let ids = Arc::new(CountedIds::default());
        let engine = Embedded::new(
            Ports {
                journal: journal.clone(),
                toolbox: tools.clone(),
                models: models.clone(),
                library: recipes.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
            },
            options,
        );
        let mut world = Self {
            journal,
            tools,
            models,
            recipes,
            clock,
            ids,
            engine,
            stop: CancellationToken::new(),
            serving: None,
        };
        world.serve();
        world
    }

    fn serve(&mut self) {
        let (engine, stop) = (self.engine.clone(), self.stop.clone());
        self.serving = Some(tokio::spawn(async move {
            engine.serve(stop).await.unwrap();
        }));
    }

    /// Stops the engine politely and waits for its end.
    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        self.serving.take().unwrap().await.unwrap();
    }

    /// The process is gone from one instant to the next; a new one starts on the same journal.
    pub(crate) async fn crash_and_restart(&mut self) {
        self.serving.take().unwrap().abort();
        self.journal.forget_writers();
        self.tools.forget_callers();
        self.models.forget_callers();
        self.restart().await;
    }

    pub(crate) async fn restart(&mut self) {
        self.stop = CancellationToken::new();
        self.engine = Embedded::new(
            Ports {
                journal: Arc::new(self.journal.next_life()),
                toolbox: Arc::new(self.tools.next_life()),
                models: Arc::new(self.models.next_life()),
                library: self.recipes.clone(),
                clock: self.clock.clone(),
                ids: self.ids.clone(),
            },
            Options::default(),
        );
        self.serve();
        tokio::task::yield_now().await;
    }

    /// A request for a run of the recipe with this text.
    pub(crate) fn request(&self, yaml: &str, inputs: Value) -> NewRun {
        let recipe = self.recipes.add(yaml);
        new_run(self.ids.run_id(), recipe, inputs)
    }

    /// Starts a run.
    pub(crate) async fn start(&self, yaml: &str, inputs: Value) -> RunId {
        self.accept(self.request(yaml, inputs)).await.unwrap().run
    }

    pub(crate) async fn accept(&self, run: NewRun) -> Result<Accepted, EngineError> {
        self.engine.start(run).await
    }

    /// Starts a run and waits until it ends or needs a person.
    pub(crate) async fn run(&self, yaml: &str, inputs: Value) -> RunState {
        let run = self.start(yaml, inputs).await;
        self.settled(run).await
    }

    pub(crate) async fn settled(&self, run: RunId) -> RunState {
        let patience = Duration::from_hours(24 * 400);
        self.engine.settled(run, patience).await.unwrap()
    }

    /// As [`World::settled`], for a run that may not be stored yet.
    pub(crate) async fn settled_once_stored(&self, run: RunId) -> RunState {
        while !self.journal.disk().runs.contains_key(&run) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.settled(run).await
    }

    /// How a run stands right now.
    pub(crate) async fn engine_state(&self, run: RunId) -> RunState {
        self.engine.settled(run, Duration::ZERO).await.unwrap()
    }

    pub(crate) async fn engine_settled_error(&self, run: RunId) -> EngineError {
        self.engine.settled(run, Duration::ZERO).await.unwrap_err()
    }

    pub(crate) async fn signal(&self, run: RunId, signal: Signal) -> Result<RunState, EngineError> {
        self.engine.signal(run, signal, "ann").await
    }

    /// The journal of a run, one line for each entry.
    pub(crate) fn lines(&self, run: RunId) -> String {
        lines(&self.journal.entries(run))
    }
}

pub(crate) fn new_run(id: RunId, recipe: RecipeRef, inputs: Value) -> NewRun {
    let inputs = match inputs {
        Value::Object(inputs) => inputs,
        _ => Map::new(),
    };
    NewRun {
        id,
        name: recipe.name.clone(),
        agent: None,
        recipe,
        workflow_id: None,
        trigger: "api".to_owned(),
        mode: Mode::Mock,
        supervised: false,
        inputs,
        requested_by: "tester".to_owned(),
        parent: None,
        again: None,
        request: None,
        meta: Map::new(),
        url: format!("http://avops.test/runs/{id}"),
    }
}
