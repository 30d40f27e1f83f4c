//! What the registry needs to know at start.

use std::path::PathBuf;

use crate::campus::Script;
use crate::{Environment, Error};

/// What the registry needs to know at start.
#[derive(Debug, Clone)]
pub struct RegistryOptions {
    /// Start in mock mode.
    pub mock: bool,
    /// Where the built-in ticket store keeps its file.
    pub data_dir: PathBuf,
    /// Variables from which tools take settings that the workspace does not give.
    pub environment: Environment,
    /// The world that the simulators share.
    pub campus: Script,
}

impl RegistryOptions {
    /// Options with the campus that ships with the program and no credentials.
    ///
    /// # Errors
    /// [`Error::Script`] when the shipped campus cannot be read.
    pub fn new(data_dir: impl Into<PathBuf>, mock: bool) -> Result<Self, Error> {
        Ok(Self {
            mock,
            data_dir: data_dir.into(),
            environment: Environment::default(),
            campus: Script::shipped()?,
        })
    }
}
