//! GitHub: the actions.

mod branches;
mod comments;
mod contents;
mod issues;
mod marks;
mod pulls;
mod session;
pub(crate) mod simulator;
mod wire;

use async_trait::async_trait;
use avops_engine::{ToolCall, ToolError, ToolReply};

use crate::arguments::read as arguments;
use crate::outbound::Deadline;
use crate::{Connector, Error, Manifest, Settings, Supplies};
use session::Session;

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Longest wait for a health check.
const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

/// The connector for what one token may see.
pub(crate) struct GitHub {
    manifest: Manifest,
    session: Session,
    /// One write at a time, as GitHub asks: two commits to one branch at once would clash.
    writing: tokio::sync::Mutex<()>,
}

impl GitHub {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            session: Session::new(supplies, settings)?,
            writing: tokio::sync::Mutex::new(()),
        })
    }

    async fn write(&self, call: &ToolCall, deadline: Deadline) -> Result<ToolReply, ToolError> {
        let Some(_turn) = deadline.wait(self.writing.lock()).await else {
            return Err(ToolError::NotSent {
                message: "other writes to github took all the time; nothing was sent".to_owned(),
                retry_after: None,
            });
        };
        let (session, key) = (&self.session, call.idempotency_key.as_str());
        match call.action.as_str() {
            "commit_file" => contents::commit(session, &arguments(call)?, deadline).await,
            "create_issue" => issues::create(session, &arguments(call)?, key, deadline).await,
            "create_pull_request" => pulls::create(session, &arguments(call)?, key, deadline).await,
            "add_comment" => comments::add(session, &arguments(call)?, key, deadline).await,
            other => Err(crate::no_such_action("github", other)),
        }
    }
}

#[async_trait]
impl Connector for GitHub {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        self.session.health(Deadline::after(HEALTH_TIMEOUT)).await
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        match call.action.as_str() {
            "get_file" => contents::get(&self.session, &arguments(call)?, deadline).await,
            _ => self.write(call, deadline).await,
        }
    }
}
