//! Work on runs in this process: begun, told to stop, waited for.

use avops_app::{connectors, notices, recipe_folder, recipes, schedule};
use avops_engine::EngineError;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::compose::Program;
use crate::error::Error;

/// The engine at work; it first takes up what a crash or stop left behind.
pub(crate) struct Work {
    engine: JoinHandle<Result<(), EngineError>>,
    schedule: Option<JoinHandle<()>>,
    stopping: CancellationToken,
}

impl Work {
    /// Begins the work of a server: runs, the schedules that start them, notices of what waits, and the folder of connectors.
    pub(crate) fn serve(program: &Program) -> Self {
        let mut work = Self::start(program);
        let (app, stop) = (program.app.clone(), work.stopping.clone());
        work.schedule = Some(tokio::spawn(async move {
            let times = schedule::serve(app.clone(), stop.clone());
            let reviews = recipes::serve(app.clone(), stop.clone());
            let recipe_files = recipe_folder::serve(app.clone(), stop.clone());
            let connector_files = connectors::folder::serve(app.clone(), stop.clone());
            let told = notices::serve(app, stop);
            tokio::join!(times, reviews, recipe_files, connector_files, told);
        }));
        work
    }

    /// Begins the work on runs alone: a command that takes a moment starts nothing that is due.
    pub(crate) fn start(program: &Program) -> Self {
        let stopping = CancellationToken::new();
        let (engine, stop) = (program.app.engine().clone(), stopping.clone());
        Self {
            schedule: None,
            engine: tokio::spawn(async move { engine.serve(stop).await }),
            stopping,
        }
    }

    /// Cancelled as soon as no new runs are taken.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Waits until the engine or the scheduler ends by itself, which they do only when something is broken.
    pub(crate) async fn failure(&mut self) -> Error {
        let schedule = async {
            match &mut self.schedule {
                Some(schedule) => schedule.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            engine = &mut self.engine => match ended(engine) {
                Ok(()) => Error::outside("the engine ended by itself"),
                Err(error) => error,
            },
            schedule = schedule => match schedule {
                Ok(()) => Error::outside("the scheduler ended by itself"),
                Err(error) => Error::outside(format!("the scheduler broke: {error}")),
            },
        }
    }

    /// Takes no new runs and gives calls under way their grace.
    ///
    /// # Errors
    /// When the engine could not work.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        self.stopping.cancel();
        if let Some(schedule) = self.schedule {
            let broken = |error| Error::outside(format!("the scheduler broke: {error}"));
            schedule.await.map_err(broken)?;
        }
        ended(self.engine.await)
    }
}

fn ended(outcome: Result<Result<(), EngineError>, JoinError>) -> Result<(), Error> {
    match outcome {
        Ok(worked) => Ok(worked.map_err(avops_app::Error::from)?),
        Err(broken) => Err(Error::outside(format!("the engine broke: {broken}"))),
    }
}
