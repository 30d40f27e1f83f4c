//! A connector as a file describes it: one YAML document, read with the line of whatever is wrong with it.

use std::num::NonZeroU32;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::{Location, Spanned};

use crate::http::{HttpAction, HttpConfig, InMock, is_tool_name};
use crate::mcp::{McpConfig, McpTransport};
use crate::{Error, Manifest};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

const KINDS: &str =
    "`kind: http` for a program that answers /health and /action, or `kind: mcp` for an MCP server";

/// A connector that a file describes. It holds no credentials: these are set for the tool, and kept sealed.
#[derive(Debug, Clone, PartialEq)]
pub enum ConnectorFile {
    /// A program that answers `/health` and `/action`.
    Http(HttpConfig),
    /// An MCP server. Nothing of it is approved by the file.
    Mcp(McpConfig),
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// What.
    pub message: String,
    /// From 1; 0 when it is the whole file.
    pub line: u64,
    /// In characters, from 1; 0 when it is the whole line or file.
    pub column: u64,
    /// How to mend it.
    pub help: Option<String>,
}

/// What decides how the rest is read.
#[derive(Deserialize)]
struct Head {
    kind: Option<Spanned<String>>,
    #[serde(flatten)]
    _rest: IndexMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpFile {
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    name: Spanned<String>,
    title: Option<String>,
    description: Option<String>,
    base_url: Spanned<String>,
    actions: Option<Spanned<IndexMap<String, HttpAction>>>,
    #[serde(default)]
    refuses_before_acting: bool,
    in_mock: Option<Spanned<InMock>>,
    calls_per_minute: Option<NonZeroU32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct McpFile {
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    name: Spanned<String>,
    title: Option<String>,
    description: Option<String>,
    transport: Spanned<TransportFile>,
    in_mock: Option<Spanned<InMock>>,
    calls_per_minute: Option<NonZeroU32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransportFile {
    url: Option<String>,
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: Vec<String>,
}

impl ConnectorFile {
    /// Reads a file, and checks all that can be checked without the other tools.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, FileProblem> {
        if text.len() > MAX_BYTES {
            return Err(FileProblem {
                message: format!(
                    "the file has {} bytes; at most {MAX_BYTES} are read",
                    text.len()
                ),
                line: 0,
                column: 0,
                help: Some(
                    "leave `actions` out and let the program answer them at /manifest".to_owned(),
                ),
            });
        }
        let head: Head = read(text)?;
        let Some(kind) = head.kind else {
            let missing = "`kind` is missing: what speaks this connector?";
            return Err(FileProblem::at(None, missing).help(KINDS));
        };
        match kind.value.as_str() {
            "http" => http(text),
            "mcp" => mcp(text),
            other => {
                let message = format!("there is no kind `{other}`");
                Err(FileProblem::at(Some(kind.referenced), message).help(KINDS))
            }
        }
    }

    /// The tool's name in recipes.
    pub fn name(&self) -> &str {
        match self {
            Self::Http(config) => &config.name,
            Self::Mcp(config) => &config.name,
        }
    }
}

impl FileProblem {
    /// Something about the whole file.
    pub fn whole(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::at(None, message).help(help)
    }

    pub(crate) fn at(place: Option<Location>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
            help: None,
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

/// Reads a YAML text within the library's bounds; a wrong one says where.
pub(crate) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, FileProblem> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location();
        let said = error.without_snippet().to_string();
        // The place is told apart from the message.
        let message = match place.and_then(|at| said.find(&format!("line {}", at.line()))) {
            Some(0) => said
                .split_once(": ")
                .map_or(said.as_str(), |(_, rest)| rest),
            Some(end) => said.get(..end).unwrap_or(&said),
            None => &said,
        };
        let message = message
            .trim_end_matches([' ', ',', ':'])
            .trim_end_matches(" at");
        FileProblem::at(place, message)
    })
}

fn http(text: &str) -> Result<ConnectorFile, FileProblem> {
    let file: HttpFile = read(text)?;
    let places = Places {
        name: file.name.referenced,
        address: file.base_url.referenced,
        rest: file.actions.as_ref().map(|actions| actions.referenced),
        in_mock: file.in_mock.as_ref().map(|in_mock| in_mock.referenced),
    };
    let config = HttpConfig {
        name: file.name.value,
        title: file.title,
        description: file.description,
        base_url: file.base_url.value,
        actions: file
            .actions
            .map(|actions| actions.value)
            .unwrap_or_default(),
        refuses_before_acting: file.refuses_before_acting,
        in_mock: file.in_mock.map(|in_mock| in_mock.value),
        calls_per_minute: file.calls_per_minute,
    };
    places.check(&config.name, config.manifest())?;
    Ok(ConnectorFile::Http(config))
}

fn mcp(text: &str) -> Result<ConnectorFile, FileProblem> {
    let file: McpFile = read(text)?;
    let places = Places {
        name: file.name.referenced,
        address: file.transport.referenced,
        rest: Some(file.transport.referenced),
        in_mock: file.in_mock.as_ref().map(|in_mock| in_mock.referenced),
    };
    let TransportFile {
        url,
        command,
        args,
        env,
    } = file.transport.value;
    let transport = match (url, command) {
        (Some(url), None) if args.is_empty() && env.is_empty() => McpTransport::Http { url },
        (None, Some(command)) => McpTransport::Stdio { command, args, env },
        (Some(_), None) => {
            let message = "`args` and `env` belong to a `command`, not to a `url`";
            return Err(FileProblem::at(places.rest, message));
        }
        _ => {
            let message = "`transport` says neither or both of `url` and `command`";
            return Err(FileProblem::at(places.rest, message)
                .help("for example `url: https://mcp.example/mcp`, or `command: /usr/bin/node` with `args: [server.js]`"));
        }
    };
    let config = McpConfig {
        name: file.name.value,
        title: file.title,
        description: file.description,
        transport,
        approved: IndexMap::new(),
        in_mock: file.in_mock.map(|in_mock| in_mock.value),
        calls_per_minute: file.calls_per_minute,
    };
    places.check(&config.name, config.manifest())?;
    Ok(ConnectorFile::Mcp(config))
}

/// Where things stand in the file.
struct Places {
    name: Location,
    address: Location,
    rest: Option<Location>,
    in_mock: Option<Location>,
}

impl Places {
    /// Says of a description that does not hold together where that is.
    fn check(&self, name: &str, made: Result<Manifest, Error>) -> Result<(), FileProblem> {
        let Err(error) = made else { return Ok(()) };
        Err(match error {
            Error::Config { message, .. } if !is_tool_name(name) => {
                FileProblem::at(Some(self.name), message).help("for example `name: projectors`")
            }
            Error::Config { message, .. } if message.contains("in_mock") => {
                FileProblem::at(self.in_mock, message)
                    .help("take the line away: what is elsewhere is simulated in mock mode")
            }
            Error::Config { message, .. } => FileProblem::at(self.rest, message),
            error => FileProblem::at(Some(self.address), error.to_string())
                .help("give scheme, host and port, for example http://127.0.0.1:9410"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (u64, u64, String) {
        let problem = ConnectorFile::parse(text).expect_err(text);
        (problem.line, problem.column, problem.message)
    }

    #[test]
    fn a_file_reads_as_the_same_connector_that_the_api_takes() {
        let text = "kind: http\nname: lamp\nbase_url: http://127.0.0.1:9410\nactions:\n  set_power:\n    effect: write\n    repeat: safe\n";
        let ConnectorFile::Http(config) = ConnectorFile::parse(text).expect("it is one") else {
            panic!("it is an HTTP connector");
        };
        assert_eq!(config.name, "lamp");
        assert_eq!(
            config.actions["set_power"].effect,
            avops_recipe::Effect::Write
        );
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let (line, column, message) =
            problem("kind: http\nname: lamp\nbase_url: http://127.0.0.1:9410\nbase: x\n");
        assert_eq!((line, column), (4, 1), "{message}");
        assert!(
            message.contains("base") && !message.contains("line 4"),
            "{message}"
        );
        let (line, column, message) = problem("kind: http\nname: My Lamp\nbase_url: http://a\n");
        assert_eq!((line, column), (2, 7), "{message}");
        let (line, _, message) =
            problem("kind: http\nname: lamp\nbase_url: http://169.254.169.254\n");
        assert_eq!(line, 3, "{message}");
        let (line, _, message) = problem("name: lamp\nkind: tcp\n");
        assert_eq!(line, 2, "{message}");
        let (line, _, message) = problem("kind: http\nname: lamp\n");
        assert!(message.contains("base_url"), "{line}: {message}");
        let (line, _, _) = problem("kind: http\nname: [lamp\n");
        assert!(line >= 2, "{line}");
    }

    #[test]
    fn a_file_holds_no_credentials_and_approves_nothing() {
        let text =
            "kind: mcp\nname: notes\ntransport:\n  url: https://mcp.example/mcp\n  token: secret\n";
        let (line, _, message) = problem(text);
        assert_eq!(line, 5, "{message}");
        let text =
            "kind: mcp\nname: notes\ntransport: {url: https://mcp.example/mcp}\napproved: {}\n";
        let (line, _, message) = problem(text);
        assert_eq!(line, 4, "{message}");
        let text = "kind: mcp\nname: notes\ntransport: {command: node}\n";
        let (_, _, message) = problem(text);
        assert!(message.contains("absolute path"), "{message}");
    }
}
