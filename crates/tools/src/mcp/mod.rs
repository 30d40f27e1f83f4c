//! Any outside MCP server, over Streamable HTTP or as a program on this machine.
//!
//! Sources: the Model Context Protocol, revisions 2026-07-28 and 2025-11-25, as the crate `rmcp`
//! speaks them. What a server says of its tools is its word only: an admin decides what each of them
//! does to the world, and nothing is called that is not as it was approved.

mod config;
mod definition;
mod link;
mod process;
mod reply;
mod starts;

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{ToolCall, ToolError, ToolReply};
use rmcp::model::CallToolRequestParams;
use serde_json::Value;

use crate::outbound::Deadline;
use crate::{Connector, Manifest, no_such_action};
pub use config::{Approved, McpConfig, McpTransport};
pub(crate) use definition::shape;
pub use definition::{Definition, Offer, Standing};
pub(crate) use link::Link;
use link::Unreachable;

/// A connector for one outside MCP server.
pub(crate) struct McpConnector {
    manifest: Manifest,
    config: McpConfig,
    link: Arc<Link>,
}

impl McpConnector {
    /// A connector over a connection that is made when it is first needed.
    pub(crate) fn new(manifest: Manifest, config: McpConfig, link: Arc<Link>) -> Self {
        Self {
            manifest,
            config,
            link,
        }
    }
}

/// Asks a server what it offers now, whatever failed before.
///
/// # Errors
/// Says why the server cannot be asked.
pub(crate) async fn look(link: &Arc<Link>) -> Result<(), String> {
    link.forgive().await;
    let session = link.session().await.map_err(|error| error.to_string())?;
    link.list(&session)
        .await
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Why a server could not be asked last; nothing once it was asked.
pub(crate) fn trouble(link: &Link) -> Option<String> {
    link.trouble()
}

/// What a server offered last, held against what was approved.
pub(crate) fn offers(link: &Link, config: &McpConfig) -> Vec<Offer> {
    definition::offers(link.offered().as_deref(), &config.approved)
}

#[async_trait]
impl Connector for McpConnector {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        let session = self
            .link
            .session()
            .await
            .map_err(|error| error.to_string())?;
        let offered = self
            .link
            .list(&session)
            .await
            .map_err(|error| error.to_string())?;
        let offers = definition::offers(Some(&offered), &self.config.approved);
        let on = offers
            .iter()
            .filter(|offer| offer.standing == Standing::Approved)
            .count();
        Ok(format!(
            "MCP {}; {} of {} tools approved",
            session.version(),
            on,
            offered.len()
        ))
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let approved = self
            .config
            .approved
            .get(&call.action)
            .ok_or_else(|| no_such_action(&call.tool, &call.action))?;
        let deadline = Deadline::after(call.timeout);
        let ready = deadline
            .wait(async {
                let session = self.link.session().await?;
                let offered = self.link.fresh_list(&session).await?;
                Ok::<_, Unreachable>((session, offered))
            })
            .await;
        let (session, offered) = match ready {
            Some(Ok(ready)) => ready,
            Some(Err(error)) => return Err(not_sent(call, &error)),
            None => {
                return Err(ToolError::NotSent {
                    message: format!("{} was not ready in time; nothing was sent", call.tool),
                    retry_after: None,
                });
            }
        };
        let pinned = approved.definition.hash();
        let as_approved = offered
            .iter()
            .any(|now| now.name == approved.definition.name && now.hash() == pinned);
        if !as_approved {
            return Err(ToolError::Refused {
                message: format!(
                    "{}.{} is off: its server offers it in another form than was approved, or no longer",
                    call.tool, call.action
                ),
                hint: Some(
                    "an admin can look at the difference and approve it under MCP Tools".to_owned(),
                ),
            });
        }
        let mut params = CallToolRequestParams::new(approved.definition.name.clone());
        if let Value::Object(arguments) = &call.args {
            params = params.with_arguments(arguments.clone());
        }
        // A wait that ends, by its time or because the run was cancelled, tells the server to stop.
        match deadline.wait(session.peer().call_tool_once(params)).await {
            Some(Ok(response)) => reply::reply(call, response),
            Some(Err(error)) => Err(reply::fault(call, &error)),
            None => Err(reply::late(call)),
        }
    }
}

fn not_sent(call: &ToolCall, error: &Unreachable) -> ToolError {
    ToolError::NotSent {
        message: format!("{}: {error}; nothing was sent", call.tool),
        retry_after: match error {
            Unreachable::Resting(pause) => Some(pause.left),
            Unreachable::Failed(_) => None,
        },
    }
}
