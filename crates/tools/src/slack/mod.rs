//! Slack: the actions.

mod channels;
mod delivery;
mod session;
pub(crate) mod simulator;
mod uploads;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{Artifact, ToolCall, ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::arguments::read as arguments;
use crate::outbound::{Deadline, set_form, set_query};
use crate::{Connector, Error, Manifest, Settings, Supplies};
use channels::Channels;
use delivery::{Delivery, Message};
use session::{MISSING_TOKEN, Session};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Longest wait for a health check's single request.
const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

/// The connector for one Slack workspace.
pub(crate) struct Slack {
    manifest: Manifest,
    session: Session,
    channels: Channels,
    delivery: Delivery,
    has_token: bool,
}

#[derive(Deserialize)]
struct PostMessage {
    channel: String,
    text: String,
    thread_ts: Option<String>,
}

impl Slack {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            has_token: settings.secret("token").is_some(),
            session: Session::new(&supplies.outbound, settings)?,
            delivery: Delivery::new(supplies.clock.as_ref()),
            channels: Channels::new(Arc::clone(&supplies.clock)),
        })
    }

    async fn post(
        &self,
        args: PostMessage,
        key: &str,
        deadline: Deadline,
    ) -> Result<ToolReply, ToolError> {
        let (channel, name) = self
            .channels
            .resolve(&self.session, &args.channel, deadline)
            .await?;
        let text = escape(&args.text);
        let message = Message {
            channel: &channel,
            text: &text,
            thread_ts: args.thread_ts.as_deref(),
            key,
        };
        let posted = self
            .delivery
            .post(&self.session, &message, deadline)
            .await?;
        let permalink = self.permalink(&posted.channel, &posted.ts, deadline).await;
        let place = name
            .as_ref()
            .map_or_else(|| posted.channel.clone(), |n| format!("#{n}"));
        let output = json!({
            "channel": posted.channel,
            "channel_name": name,
            "ts": posted.ts,
            "text": args.text,
            "permalink": permalink,
        });
        let artifact = Artifact {
            kind: "message".to_owned(),
            title: format!("Message in {place}"),
            external_id: Some(posted.ts),
            url: permalink,
            data: output.clone(),
        };
        Ok(ToolReply {
            output,
            artifacts: vec![artifact],
        })
    }

    /// The link to a message. The message stands without it, so a failure costs only the link.
    async fn permalink(&self, channel: &str, ts: &str, deadline: Deadline) -> Option<String> {
        let mut request = self.session.request(Method::GET, "chat.getPermalink");
        set_query(&mut request, &[("channel", channel), ("message_ts", ts)]);
        match self.session.ask::<wire::Permalink>(request, deadline).await {
            Ok(answer) => Some(answer.permalink),
            Err(error) => {
                tracing::warn!(%error, "slack gave no link to a posted message");
                None
            }
        }
    }
}

#[async_trait]
impl Connector for Slack {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        if !self.has_token {
            return Err(format!("no credentials: {MISSING_TOKEN}"));
        }
        let mut request = self.session.request(Method::POST, "auth.test");
        set_form(&mut request, &[]);
        let identity: wire::Identity = self
            .session
            .ask(request, Deadline::after(HEALTH_TIMEOUT))
            .await
            .map_err(|e| e.to_string())?;
        Ok(format!(
            "signed in to {} as {}",
            identity.team, identity.user
        ))
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        match call.action.as_str() {
            "post_message" => {
                self.post(arguments(call)?, &call.idempotency_key, deadline)
                    .await
            }
            "upload_file" => {
                uploads::upload(&self.session, &self.channels, &arguments(call)?, deadline).await
            }
            "list_channels" => Ok(ToolReply {
                output: json!(channels::list(&self.session, deadline).await?),
                artifacts: Vec::new(),
            }),
            other => Err(crate::no_such_action("slack", other)),
        }
    }
}

/// Slack's own rule: exactly these three characters are escaped.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
