//! Any outside program that offers `GET /health` and `POST /action`.

mod config;
mod manifest;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{Mode, ToolCall, ToolError, ToolReply};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};

use crate::outbound::{
    Deadline, Endpoint, Outbound, Reach, Unavailable, excerpt, set_json, set_key,
};
use crate::{Connector, Error, Manifest};
pub use config::{HttpAction, HttpConfig, InMock};
pub(crate) use config::{NOT_ASKED, ONLY_HERE, is_name, is_on_this_machine, is_tool_name};
pub use manifest::HttpManifest;
pub(crate) use manifest::ask as ask_for_manifest;

/// Longest wait for a health check's single request.
const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

static RUN_MODE: HeaderName = HeaderName::from_static("x-avops-mode");

/// A connector for one outside program.
pub(crate) struct HttpConnector {
    manifest: Arc<Manifest>,
    endpoint: Endpoint,
    action: Request,
    unavailable: Unavailable,
}

impl HttpConnector {
    /// Points a configured connector at `base`: its own address, or its simulator's.
    pub(crate) fn new(
        outbound: &Outbound,
        config: &HttpConfig,
        manifest: Arc<Manifest>,
        base: &str,
    ) -> Result<Self, Error> {
        let endpoint = outbound.endpoint(&config.name, base, Reach::Registered)?;
        Ok(Self {
            manifest,
            action: endpoint.request(Method::POST, &["action"]),
            endpoint,
            unavailable: if config.refuses_before_acting {
                Unavailable::NotSent
            } else {
                Unavailable::Unknown
            },
        })
    }
}

#[async_trait]
impl Connector for HttpConnector {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn health(&self) -> Result<String, String> {
        let request = self.endpoint.request(Method::GET, &["health"]);
        let answer = self
            .endpoint
            .send(request, Deadline::after(HEALTH_TIMEOUT))
            .await
            .map_err(|e| e.to_string())?;
        let said = excerpt(&answer.body);
        if !answer.status.is_success() {
            return Err(format!("answered {}: {said}", answer.status));
        }
        let health: wire::HealthAnswer = serde_json::from_slice(&answer.body)
            .map_err(|e| format!("the answer is not as agreed ({e}): {said}"))?;
        if health.ok { Ok(said) } else { Err(said) }
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let mut request = Request::new(Method::POST, self.action.url().clone());
        set_key(&mut request, &call.idempotency_key);
        request.headers_mut().insert(
            RUN_MODE.clone(),
            HeaderValue::from_static(mode_name(call.mode)),
        );
        set_json(
            &mut request,
            &wire::ActionRequest {
                action: &call.action,
                args: &call.args,
            },
        )?;
        let answer = self
            .endpoint
            .send(request, Deadline::after(call.timeout))
            .await?;
        if !answer.status.is_success() {
            let said = serde_json::from_slice::<wire::ActionAnswer>(&answer.body)
                .ok()
                .and_then(|a| a.error_text());
            if let Some(fault) = self
                .endpoint
                .fault(&answer, said.as_deref(), self.unavailable)
            {
                return Err(fault);
            }
        }
        let reply: wire::ActionAnswer = self.endpoint.json(&answer)?;
        if !reply.ok {
            let said = reply
                .error_text()
                .unwrap_or_else(|| "no reason given".to_owned());
            return Err(ToolError::Refused {
                message: format!(
                    "{}.{}: {}",
                    call.tool,
                    call.action,
                    excerpt(said.as_bytes())
                ),
                hint: None,
            });
        }
        Ok(ToolReply {
            output: reply.result,
            artifacts: reply.artifacts.into_iter().map(Into::into).collect(),
        })
    }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Mock => "mock",
        Mode::Dry => "dry",
    }
}
