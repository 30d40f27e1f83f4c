//! What the tests stand on: a registry in a folder of its own, and calls with little to say.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Clock, Mode, SystemClock, ToolCall, ToolError, ToolReply, Toolbox as _};
use avops_tools::campus::Script;
use avops_tools::{Registry, RegistryOptions};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

/// A registry, and the folder it lives in.
pub(crate) struct Fixture {
    pub(crate) registry: Registry,
    pub(crate) folder: TempDir,
}

impl Fixture {
    /// A registry in mock mode with the campus that ships with the program.
    pub(crate) fn mock() -> Self {
        Self::new(Arc::new(SystemClock), |_| {})
    }

    /// A registry in mock mode with a campus and a clock of one's own.
    pub(crate) fn with_campus(script: &str, clock: Arc<dyn Clock>) -> Self {
        let script = Script::parse(script).unwrap();
        Self::new(clock, |options| options.campus = script)
    }

    /// A registry whose options a test changes.
    pub(crate) fn new(clock: Arc<dyn Clock>, change: impl FnOnce(&mut RegistryOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = RegistryOptions::new(folder.path(), true).unwrap();
        change(&mut options);
        let registry = Registry::new(options, clock).unwrap();
        Self { registry, folder }
    }

    /// Makes one mock call with a fresh key.
    pub(crate) async fn call(&self, action: &str, args: Value) -> Result<ToolReply, ToolError> {
        self.registry.call(&call(action, args)).await
    }

    /// Makes one mock call that must succeed, and gives its output.
    pub(crate) async fn output(&self, action: &str, args: Value) -> Value {
        self.call(action, args).await.unwrap().output
    }

    /// Adds a fault of a vendor, written as in a script.
    pub(crate) fn fault(&self, fault: Value) {
        let fault = serde_json::from_value(fault).unwrap();
        self.registry.campus().add_fault(fault);
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

/// The class of an answer.
pub(crate) fn class(answer: &Result<ToolReply, ToolError>) -> &'static str {
    match answer {
        Ok(_) => "ok",
        Err(ToolError::NotSent { .. }) => "not sent",
        Err(ToolError::Refused { .. }) => "refused",
        Err(ToolError::Unknown { .. }) => "unknown",
    }
}

/// A clock that stands still until it is moved.
pub(crate) struct StillClock(Mutex<Timestamp>);

impl StillClock {
    pub(crate) fn at(time: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(time.parse().unwrap())))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

#[async_trait]
impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
