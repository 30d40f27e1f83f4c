//! ServiceNow: the actions.

mod attachments;
mod incidents;
mod knowledge;
mod records;
mod session;
pub(crate) mod simulator;
mod stories;
mod tickets;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Artifact, ToolCall, ToolError, ToolReply};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::arguments::read as arguments;
use crate::outbound::{Deadline, set_query};
use crate::{Connector, Error, Manifest, Settings, Supplies};
use session::{MISSING, Session};
pub(crate) use tickets::ServiceNowTickets;
use wire::{Many, Record};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Longest wait for a health check.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The connector for one instance.
pub(crate) struct ServiceNow {
    manifest: Manifest,
    session: Option<Session>,
    knowledge_base: Option<String>,
}

impl ServiceNow {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            session: Session::new(supplies, settings)?,
            knowledge_base: settings.text("knowledge_base").map(str::to_owned),
        })
    }

    fn session(&self) -> Result<&Session, ToolError> {
        self.session.as_ref().ok_or_else(|| ToolError::Refused {
            message: "servicenow has no address or no credentials; nothing was sent".to_owned(),
            hint: Some(MISSING.to_owned()),
        })
    }
}

#[async_trait]
impl Connector for ServiceNow {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads one user: that proves address and credentials, and that the instance is awake.
    async fn health(&self) -> Result<String, String> {
        let Some(session) = &self.session else {
            return Err(format!("no credentials: {MISSING}"));
        };
        let mut request = session.request(Method::GET, &["api", "now", "table", "sys_user"]);
        set_query(
            &mut request,
            &[("sysparm_limit", "1"), ("sysparm_fields", "sys_id")],
        );
        let users: Many = session
            .ask(request, Deadline::after(HEALTH_TIMEOUT))
            .await
            .map_err(|error| error.to_string())?;
        Ok(if users.result.is_empty() {
            "the instance answers; this user may see no users".to_owned()
        } else {
            "the instance answers".to_owned()
        })
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        let session = self.session()?;
        let key = call.idempotency_key.as_str();
        let base = self.knowledge_base.as_deref();
        match call.action.as_str() {
            "create_incident" => incidents::create(session, &arguments(call)?, key, deadline).await,
            "get_incident" => incidents::get(session, &arguments(call)?, deadline).await,
            "update_incident" => incidents::update(session, &arguments(call)?, deadline).await,
            "add_work_note" => incidents::note(session, &arguments(call)?, deadline).await,
            "create_story" => stories::create(session, &arguments(call)?, key, deadline).await,
            "create_kb" => knowledge::create(session, &arguments(call)?, base, key, deadline).await,
            "get_kb" => knowledge::get(session, &arguments(call)?, deadline).await,
            "publish_kb" => knowledge::publish(session, &arguments(call)?, deadline).await,
            "attach_file" => attachments::attach(session, &arguments(call)?, deadline).await,
            "find_kb" => knowledge::find(session, &arguments(call)?, deadline).await,
            other => Err(crate::no_such_action("servicenow", other)),
        }
    }
}

/// The argument of everything that concerns one record.
#[derive(serde::Deserialize)]
struct OneRecord {
    id: String,
}

/// A record as recipes see it.
fn described(session: &Session, table: &str, record: &Record) -> Value {
    let sys_id = record.text("sys_id");
    let target = format!("{table}.do?sys_id={sys_id}");
    let query: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
    json!({
        "sys_id": sys_id,
        "number": record.text("number"),
        "title": record.text("short_description"),
        "state": record.text("state"),
        "url": format!("{}/nav_to.do?uri={query}", session.base),
    })
}

/// What a creation leaves behind.
fn artifact(kind: &str, output: &Value) -> Artifact {
    let text = |name: &str| output[name].as_str().unwrap_or_default().to_owned();
    Artifact {
        kind: kind.to_owned(),
        title: format!("{}: {}", text("number"), text("title")),
        external_id: Some(text("sys_id")),
        url: Some(text("url")),
        data: output.clone(),
    }
}

/// Puts a field among those to be sent, when it was given.
fn put(fields: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), json!(value));
    }
}
