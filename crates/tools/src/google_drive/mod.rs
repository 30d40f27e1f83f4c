//! Google Drive: the actions.

mod creation;
mod files;
mod identity;
mod query;
mod session;
mod sharing;
pub(crate) mod simulator;
mod wire;

use async_trait::async_trait;
use avops_engine::{ToolCall, ToolError, ToolReply};
use serde_json::json;

use crate::arguments::read as arguments;
use crate::outbound::Deadline;
use crate::{Connector, Error, Manifest, Settings, Supplies};
use creation::Creations;
pub(crate) use identity::Identity;
use session::Session;

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Longest wait for a health check.
const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

/// The connector for one drive.
pub(crate) struct GoogleDrive {
    manifest: Manifest,
    session: Session,
    creations: Creations,
}

impl GoogleDrive {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            session: Session::new(supplies, settings)?,
            creations: Creations::default(),
        })
    }
}

#[async_trait]
impl Connector for GoogleDrive {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Asks who we are: that proves the credentials and the scope.
    async fn health(&self) -> Result<String, String> {
        let deadline = Deadline::after(HEALTH_TIMEOUT);
        let user = self.session.user(deadline).await;
        user.map(|user| format!("signed in as {user}"))
            .map_err(|error| error.to_string())
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        let (session, key) = (&self.session, call.idempotency_key.as_str());
        let made = &self.creations;
        match call.action.as_str() {
            "create_folder" => {
                files::create_folder(session, made, &arguments(call)?, key, deadline).await
            }
            "upload_file" => files::upload(session, made, &arguments(call)?, key, deadline).await,
            "share_file" => sharing::share(session, &arguments(call)?, deadline).await,
            "list_files" => Ok(ToolReply {
                output: json!(files::list(session, &arguments(call)?, deadline).await?),
                artifacts: Vec::new(),
            }),
            other => Err(crate::no_such_action("google_drive", other)),
        }
    }
}
