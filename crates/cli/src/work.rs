//! Work on runs in this process: begun, told to stop, waited for.

use avops_engine::EngineError;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::compose::Program;
use crate::error::Error;

/// The engine at work; it first takes up what a crash or stop left behind.
pub(crate) struct Work {
    engine: JoinHandle<Result<(), EngineError>>,
    stopping: CancellationToken,
}

impl Work {
    /// Begins.
    pub(crate) fn start(program: &Program) -> Self {
        let stopping = CancellationToken::new();
        let (engine, stop) = (program.app.engine().clone(), stopping.clone());
        Self {
            engine: tokio::spawn(async move { engine.serve(stop).await }),
            stopping,
        }
    }

    /// Cancelled as soon as no new runs are taken.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Waits until the engine ends by itself, which it does only when something is broken.
    pub(crate) async fn failure(&mut self) -> Error {
        match ended((&mut self.engine).await) {
            Ok(()) => Error::outside("the engine ended by itself"),
            Err(error) => error,
        }
    }

    /// Takes no new runs and gives calls under way their grace.
    ///
    /// # Errors
    /// When the engine could not work.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        self.stopping.cancel();
        ended(self.engine.await)
    }
}

fn ended(outcome: Result<Result<(), EngineError>, JoinError>) -> Result<(), Error> {
    match outcome {
        Ok(worked) => Ok(worked.map_err(avops_app::Error::from)?),
        Err(broken) => Err(Error::outside(format!("the engine broke: {broken}"))),
    }
}
