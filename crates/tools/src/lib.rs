//! Connectors, and the vendors in miniature.
//!
//! A [`Connector`] speaks one system's real protocol. The [`Registry`] holds each connector twice:
//! pointed at the real system, and pointed at the same vendor in miniature on loopback (the
//! [`Campus`]). Mock mode chooses between the two addresses and nothing else, so that it tests our
//! requests, our parsing and our error classes.

mod arguments;
mod calendar_scheduler;
pub mod campus;
mod connector_file;
mod devices;
pub mod directory;
mod extron;
mod file_content;
mod github;
mod google_drive;
mod http;
mod incident_ticketing;
mod key;
mod lenient;
mod line_file;
mod manifest;
mod mcp;
mod outbound;
mod pjlink;
mod qsys;
mod redaction;
mod registry;
mod search;
mod secret;
mod servicenow;
mod settings;
mod slack;
mod supplies;
mod zoom;

pub use campus::Campus;
pub use connector_file::{ConnectorFile, FileProblem, MAX_BYTES as MAX_CONNECTOR_FILE};
pub use http::{HttpAction, HttpConfig, HttpManifest, InMock};
pub use incident_ticketing::{
    Comment, FileTickets, Ticket, TicketBook, TicketChange, TicketError, TicketStore,
};
pub use manifest::{Kind, Manifest, shipped_vocabulary};
pub use mcp::{Approved, Definition, McpConfig, McpTransport, Offer, Standing};
pub use outbound::{
    EventStream, Exchanger, JsonAnswer, JsonEndpoint, JsonOpened, JsonRequest, ServerEvent,
};
pub use redaction::Redaction;
pub use registry::{McpInfo, Registry, RegistryOptions, ToolInfo};
pub use secret::Secret;
pub(crate) use settings::Settings;
pub use settings::{Environment, SettingSource, SettingSpec, SettingState};
pub(crate) use supplies::Supplies;

use async_trait::async_trait;
use avops_engine::{ToolCall, ToolError, ToolReply};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One system that recipes can use, spoken to in its own protocol.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What it can do.
    fn manifest(&self) -> &Manifest;

    /// Asks the system whether it would serve a call now. The error is the reason why not, for people.
    async fn health(&self) -> Result<String, String>;

    /// Makes one call whose arguments fit the action's schema, within the call's timeout.
    ///
    /// # Errors
    /// The three ways that are not success; see [`ToolError`]. Nothing is tried again in here,
    /// except reading: whether to repeat is the engine's decision.
    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError>;
}

/// The answer of a health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Green or red.
    pub ok: bool,
    /// How long the check took.
    pub latency_ms: u64,
    /// When it was made.
    pub checked_at: Timestamp,
    /// What the system said, or the reason why it is red.
    pub detail: String,
}

/// Why a tool cannot be set up. (What can go wrong in a call is a [`ToolError`].)
#[derive(Debug, Error)]
pub enum Error {
    /// A manifest does not have the form of one.
    #[error("the manifest cannot be read: {message}")]
    Manifest {
        /// Where and why.
        message: String,
    },
    /// A tool's configuration does not hold together.
    #[error("tool `{tool}`: {message}")]
    Config {
        /// Which tool.
        tool: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// An address that this tool may not have.
    #[error("the address `{address}` cannot be used: {message}")]
    Address {
        /// As given.
        address: String,
        /// Why not.
        message: String,
    },
    /// There is no such tool.
    #[error("there is no tool `{name}`; there are: {known}")]
    NoSuchTool {
        /// As asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// The name is taken.
    #[error("there is a tool `{0}` already")]
    NameTaken(String),
    /// Tools that ship with the program stay.
    #[error("`{0}` ships with the program and cannot be removed")]
    Builtin(String),
    /// The script of the simulated campus does not have the form of one.
    #[error("the campus script cannot be read: {0}")]
    Script(String),
    /// A socket, a file or the TLS set-up failed.
    #[error("{what}: {cause}")]
    Io {
        /// What was tried.
        what: String,
        /// What came of it.
        cause: std::io::Error,
    },
    /// An outside tool cannot be asked what it offers.
    #[error("`{tool}` cannot be asked what it offers: {message}")]
    Unreachable {
        /// Which tool.
        tool: String,
        /// Why not.
        message: String,
    },
    /// The HTTP client could not be built.
    #[error("the HTTP client cannot be built: {0}")]
    Client(String),
}

/// The refusal of a connector that is asked for what its manifest does not list.
fn no_such_action(tool: &str, action: &str) -> ToolError {
    ToolError::Refused {
        message: format!("{tool} has no action `{action}`"),
        hint: None,
    }
}
