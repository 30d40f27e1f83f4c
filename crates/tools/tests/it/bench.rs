//! What the tests stand on: a registry in a folder of its own, and calls with little to say.

use std::sync::Arc;
use std::time::Duration;

use avops_engine::{Mode, SystemClock, ToolCall, ToolError, ToolReply, Toolbox as _};
use avops_tools::campus::Script;
use avops_tools::{Registry, RegistryOptions};
use serde_json::Value;
use tempfile::TempDir;

/// A registry, and the folder it lives in.
pub(crate) struct Bench {
    pub(crate) registry: Registry,
    pub(crate) folder: TempDir,
}

impl Bench {
    /// A registry in mock mode with the campus that ships with the program.
    pub(crate) fn mock() -> Self {
        Self::new(|_| {})
    }

    /// A registry in mock mode with a campus of one's own.
    pub(crate) fn with_campus(script: &str) -> Self {
        let script = Script::parse(script).unwrap();
        Self::new(|options| options.campus = script)
    }

    /// A registry whose options a test changes.
    pub(crate) fn new(change: impl FnOnce(&mut RegistryOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = RegistryOptions::new(folder.path(), true).unwrap();
        change(&mut options);
        let registry = Registry::new(options, Arc::new(SystemClock)).unwrap();
        Self { registry, folder }
    }

    /// Makes one mock call with a fresh key.
    pub(crate) async fn call(&self, action: &str, args: Value) -> Result<ToolReply, ToolError> {
        self.registry.call(&call(action, args)).await
    }
}

/// A mock call of `tool.action` with a fresh key.
pub(crate) fn call(action: &str, args: Value) -> ToolCall {
    let (tool, action) = action.split_once('.').unwrap();
    ToolCall {
        tool: tool.to_owned(),
        action: action.to_owned(),
        args,
        idempotency_key: format!("{}/act.1", uuid::Uuid::now_v7()),
        timeout: Duration::from_secs(10),
        mode: Mode::Mock,
    }
}
