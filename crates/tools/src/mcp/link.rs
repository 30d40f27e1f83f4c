//! The connection to one MCP server: made when it is first needed, kept, made again when it is lost.
//!
//! Both eras of the protocol are spoken: `server/discover` (2026-07-28) is tried first, and
//! `initialize` (2025-11-25 and before) when the server does not know it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rmcp::ClientHandler;
use rmcp::model::{ClientConfig, Implementation, ProtocolVersion, Tool};
use rmcp::service::{
    ClientCacheConfig, ClientLifecycleMode, ClientServiceExt as _, NotificationContext, Peer,
    RoleClient, RunningService,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::config::McpTransport;
use super::definition::{Definition, MAX_TOOLS};
use super::process;
use super::starts::{Pause, Starts};
use crate::Secret;
use crate::outbound::{MAX_BODY, chain};

/// Longest wait for a handshake. An older server may stay silent when it is asked in the new way, and
/// is asked in the old one after ten seconds.
const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// Longest wait for a server's list of tools.
const LIST_LIMIT: Duration = Duration::from_secs(10);
/// A list that is older is asked for again before a call, since not every server tells of a change.
const LIST_FRESH: Duration = Duration::from_secs(30);

/// The connection to one server, shared by every form of its connector.
pub(crate) struct Link {
    who: String,
    transport: McpTransport,
    /// Values of the variables, and the token under [`TOKEN`].
    secrets: BTreeMap<String, Secret>,
    folder: PathBuf,
    client: reqwest::Client,
    session: RwLock<Option<Arc<Session>>>,
    /// Held while a connection is made.
    starts: Mutex<Starts>,
    listed: RwLock<Option<Listed>>,
    /// Why it could not be asked last.
    trouble: RwLock<Option<String>>,
}

/// The name under which the bearer token of an HTTP server is kept among the secrets.
pub(super) const TOKEN: &str = "token";

/// A connection that stands.
pub(super) struct Session {
    service: RunningService<RoleClient, Listener>,
    /// Set when the server says that its tools have changed.
    changed: Arc<AtomicBool>,
}

/// What a server offered, and when it was asked.
struct Listed {
    definitions: Arc<[Definition]>,
    at: Instant,
}

/// Why there is no connection; nothing was sent that could act.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreachable {
    #[error("it failed {} and is left alone for {} s", if .0.off { "five times within ten minutes" } else { "a moment ago" }, .0.left.as_secs().max(1))]
    Resting(Pause),
    #[error("{0}")]
    Failed(String),
}

/// Hears what the server says by itself. It is answered nothing: no roots, no sampling, no questions.
pub(super) struct Listener {
    changed: Arc<AtomicBool>,
}

impl ClientHandler for Listener {
    fn get_info(&self) -> ClientConfig {
        let mut config = ClientConfig::default();
        config.client_info = Implementation::new("avops", env!("CARGO_PKG_VERSION"));
        config
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.changed.store(true, Ordering::Relaxed);
    }
}

impl Session {
    pub(super) fn peer(&self) -> &Peer<RoleClient> {
        self.service.peer()
    }

    fn ended(&self) -> bool {
        self.service.is_closed() || self.peer().is_transport_closed()
    }

    /// The revision of the protocol that is spoken.
    pub(super) fn version(&self) -> String {
        self.peer()
            .peer_info()
            .map_or_else(String::new, |info| info.protocol_version.to_string())
    }
}

impl Link {
    pub(crate) fn new(
        who: &str,
        transport: McpTransport,
        secrets: BTreeMap<String, Secret>,
        folder: PathBuf,
        client: reqwest::Client,
    ) -> Self {
        Self {
            who: who.to_owned(),
            transport,
            secrets,
            folder,
            client,
            session: RwLock::default(),
            starts: Mutex::default(),
            listed: RwLock::default(),
            trouble: RwLock::default(),
        }
    }

    /// Why the server could not be asked last, until it was.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.read().unwrap_or_else(PoisonError::into_inner);
        trouble.clone()
    }

    fn note(&self, trouble: Option<String>) {
        let mut noted = self.trouble.write().unwrap_or_else(PoisonError::into_inner);
        *noted = trouble;
    }

    /// What the server offered last; `None` before it was asked.
    pub(super) fn offered(&self) -> Option<Arc<[Definition]>> {
        let listed = self.listed.read().unwrap_or_else(PoisonError::into_inner);
        listed
            .as_ref()
            .map(|listed| Arc::clone(&listed.definitions))
    }

    /// Forgets earlier failures: the next look is made at once.
    pub(super) async fn forgive(&self) {
        self.starts.lock().await.forgive();
    }

    /// The connection, made when there is none.
    pub(super) async fn session(self: &Arc<Self>) -> Result<Arc<Session>, Unreachable> {
        if let Some(session) = self.standing() {
            return Ok(session);
        }
        // A task of its own: a caller who gives up does not break off a handshake that others wait for.
        let link = Arc::clone(self);
        match tokio::spawn(async move { link.connect().await }).await {
            Ok(outcome) => outcome,
            Err(error) => Err(Unreachable::Failed(error.to_string())),
        }
    }

    /// Asks for the list of tools.
    pub(super) async fn list(&self, session: &Session) -> Result<Arc<[Definition]>, Unreachable> {
        let listed = self.ask_for_list(session).await;
        self.note(listed.as_ref().err().map(ToString::to_string));
        listed
    }

    async fn ask_for_list(&self, session: &Session) -> Result<Arc<[Definition]>, Unreachable> {
        session.changed.store(false, Ordering::Relaxed);
        let asked = tokio::time::timeout(LIST_LIMIT, all_tools(session.peer())).await;
        let tools = match asked {
            Ok(Ok(tools)) => tools,
            Ok(Err(error)) => {
                return Err(Unreachable::Failed(format!(
                    "its list of tools cannot be had: {}",
                    chain(&error)
                )));
            }
            Err(_) => {
                return Err(Unreachable::Failed(format!(
                    "no list of tools within {} s",
                    LIST_LIMIT.as_secs()
                )));
            }
        };
        let definitions: Arc<[Definition]> = tools.into_iter().map(Definition::from).collect();
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = Some(Listed {
            definitions: Arc::clone(&definitions),
            at: Instant::now(),
        });
        Ok(definitions)
    }

    /// The list of tools as it is now, or was a moment ago.
    pub(super) async fn fresh_list(
        &self,
        session: &Session,
    ) -> Result<Arc<[Definition]>, Unreachable> {
        if !session.changed.load(Ordering::Relaxed) {
            let listed = self.listed.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(listed) = listed.as_ref()
                && listed.at.elapsed() < LIST_FRESH
            {
                return Ok(Arc::clone(&listed.definitions));
            }
        }
        self.list(session).await
    }

    fn standing(&self) -> Option<Arc<Session>> {
        let session = self.session.read().unwrap_or_else(PoisonError::into_inner);
        session.clone().filter(|session| !session.ended())
    }

    fn keep(&self, session: Option<Arc<Session>>) -> Option<Arc<Session>> {
        let mut kept = self.session.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut kept, session)
    }

    async fn connect(&self) -> Result<Arc<Session>, Unreachable> {
        let mut starts = self.starts.lock().await;
        if let Some(session) = self.standing() {
            return Ok(session);
        }
        if self.keep(None).is_some() {
            tracing::warn!(server = self.who, "the connection to an MCP server ended");
            starts.failed(Instant::now());
        }
        if let Some(pause) = starts.pause(Instant::now()) {
            return Err(Unreachable::Resting(pause));
        }
        // A server that was started anew may offer something else.
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = None;
        match self.open().await {
            Ok(session) => {
                let session = Arc::new(session);
                self.keep(Some(Arc::clone(&session)));
                Ok(session)
            }
            Err(reason) => {
                starts.failed(Instant::now());
                self.note(Some(reason.clone()));
                Err(Unreachable::Failed(reason))
            }
        }
    }

    async fn open(&self) -> Result<Session, String> {
        let changed = Arc::new(AtomicBool::new(false));
        let listener = Listener {
            changed: Arc::clone(&changed),
        };
        let lifecycle = ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::LATEST],
            legacy_version: None,
        };
        let in_time = |_| format!("no handshake within {} s", CONNECT_LIMIT.as_secs());
        let service = match &self.transport {
            McpTransport::Http { url } => {
                let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str())
                    .max_json_response_size(MAX_BODY)
                    .max_sse_event_size(MAX_BODY);
                if let Some(token) = self.secrets.get(TOKEN) {
                    config = config.auth_header(token.expose());
                }
                let transport =
                    StreamableHttpClientTransport::with_client(self.client.clone(), config);
                let serving = listener.serve_with_lifecycle(transport, lifecycle);
                tokio::time::timeout(CONNECT_LIMIT, serving)
                    .await
                    .map_err(in_time)?
                    .map_err(|error| format!("no handshake: {}", chain(&error)))?
            }
            McpTransport::Stdio { command, args, env } => {
                if let Some(name) = env.iter().find(|name| !self.secrets.contains_key(*name)) {
                    return Err(format!(
                        "the variable `{name}` has no value; set it among the settings of this tool"
                    ));
                }
                let (transport, complaints) =
                    process::start(&self.who, command, args, &self.secrets, &self.folder)
                        .map_err(|error| format!("{command} cannot be started: {error}"))?;
                let serving = listener.serve_with_lifecycle(transport, lifecycle);
                tokio::time::timeout(CONNECT_LIMIT, serving)
                    .await
                    .map_err(in_time)
                    .and_then(|served| {
                        served.map_err(|error| format!("no handshake: {}", chain(&error)))
                    })
                    .map_err(|reason| match complaints.last(&self.secrets) {
                        last if last.is_empty() => reason,
                        last => format!("{reason}; it said: {last}"),
                    })?
            }
        };
        // What a list says is compared with what was approved: it must not come from a cache.
        service
            .peer()
            .set_response_cache_config(ClientCacheConfig::disabled())
            .await;
        Ok(Session { service, changed })
    }
}

/// Every page of a server's tools, up to a bound.
async fn all_tools(peer: &Peer<RoleClient>) -> Result<Vec<Tool>, rmcp::ServiceError> {
    let mut tools = Vec::new();
    let mut page = None;
    loop {
        let answer = peer.list_tools(page).await?;
        tools.extend(answer.tools);
        tools.truncate(MAX_TOOLS);
        match answer.next_cursor {
            Some(cursor) if tools.len() < MAX_TOOLS => {
                page =
                    Some(rmcp::model::PaginatedRequestParams::default().with_cursor(Some(cursor)));
            }
            _ => return Ok(tools),
        }
    }
}
