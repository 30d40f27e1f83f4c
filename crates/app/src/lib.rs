//! Operations: what a user can do, one function each. Every front door calls only these.
//!
//! Each operation takes the [`App`] and the [`Actor`] who asks, refuses first, and then does one
//! thing. There is no way past the permission check: nothing in here is reachable without an actor.

pub mod access;
pub mod agents;
pub mod audit;
pub mod connectors;
pub mod dashboard;
pub mod error;
pub mod inbox;
pub mod page;
pub mod recipes;
pub mod runs;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod tokens;

pub use access::{Actor, Permission, Role};
pub use error::{Error, Finding};
pub use page::{Page, PageRequest};

use std::sync::Arc;

use avops_engine::{Clock, Engine};

/// Everything operations need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    options: Arc<Options>,
}

/// How this installation is reached and run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Absolute address of the page, without a slash at the end: `http://127.0.0.1:8420`.
    pub public_url: String,
    /// Whether mock mode is forced on (`--mock`), whatever the setting says.
    pub force_mock: bool,
}

impl App {
    /// The engine.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// How this installation is reached and run.
    pub fn options(&self) -> &Options {
        &self.options
    }

    fn soon<T>(&self) -> Result<T, Error> {
        Err(Error::Unavailable {
            message: format!("not reachable yet at {}", self.options.public_url),
        })
    }
}
