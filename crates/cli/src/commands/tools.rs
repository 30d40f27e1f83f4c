//! `avops tools`: connectors, how they feel, and direct calls of their actions.

mod files;
mod mcp;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{read, remove};
use crate::answers::{items, list, short, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::{Terminal, Tone, toned};

/// What to do about tools.
#[derive(Debug, Subcommand)]
pub(crate) enum Tools {
    /// List all tools
    List,
    /// Show a tool and its actions
    Show {
        /// Its name
        tool: String,
    },
    /// Ask a tool how it feels, now
    Health {
        /// Its name; without one, every tool is asked
        tool: Option<String>,
    },
    /// Call an action of a tool; the call is recorded as a run
    Action(Action),
    /// Add a connector from a JSON file: name, kind, and `base_url` and actions (else those of its manifest), or transport
    Add {
        /// The file; `-` reads the standard input
        file: PathBuf,
    },
    /// Add an MCP server, by its address or as a program on this machine, and list what it offers
    AddMcp(mcp::AddMcp),
    /// Ask an MCP server what it offers now, or an HTTP connector for its manifest
    Look {
        /// Its name
        tool: String,
    },
    /// Let actions of an MCP server be called, as they are shown
    Approve(mcp::Approve),
    /// Turn actions of an MCP server off
    Off(mcp::Off),
    /// List the files in `connectors/` of the data folder, and what became of each
    Files,
    /// Let the MCP server of a file in `connectors/` be reached as the file says
    ApproveFile(files::ApproveFile),
    /// Set a setting or credential of a tool; the value is asked for, or read from the standard input
    Set {
        /// The tool's name
        tool: String,
        /// The setting, as `avops tools show` lists it; `NAME/DEVICE` for one device
        name: String,
    },
    /// Clear a setting of a tool that was set here
    Clear {
        /// The tool's name
        tool: String,
        /// The setting
        name: String,
    },
    /// Let the simulated campus answer in a tool's place although the workspace is live, or no longer
    Simulate {
        /// The tool's name
        tool: String,
        /// Whether
        state: Switch,
    },
    /// Seal all settings of tools with a new key, and forget the old one
    Rekey,
    /// Remove a connector that was added
    Remove {
        /// Its name
        tool: String,
    },
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// From now on
    On,
    /// No longer
    Off,
}

/// A direct call.
#[derive(Debug, Args)]
pub(crate) struct Action {
    /// The tool's name
    tool: String,
    /// `{"action": "create", "args": {…}}`
    #[arg(value_name = "JSON")]
    call: String,
}

/// Carries it out.
pub(crate) async fn tools(command: Tools, api: &Api, terminal: Terminal) -> Result<(), Error> {
    match command {
        Tools::List => {
            let tools = api.list(&["tools"]).await?;
            if terminal.json {
                return terminal.value(&tools);
            }
            let rows = items(&tools).iter().map(row).collect();
            terminal.table(
                &["tool", "kind", "mode", "actions", "health"],
                rows,
                "there are no tools",
            )
        }
        Tools::Show { tool } => show(&api.get(&["tools", &tool]).await?, terminal),
        Tools::Health { tool: Some(tool) } => {
            let health = api.get(&["tools", &tool, "health"]).await?;
            healths(vec![(tool, health)], terminal)
        }
        Tools::Health { tool: None } => {
            let mut found = Vec::new();
            for tool in items(&api.list(&["tools"]).await?) {
                let name = text(tool, "/name");
                let health = api.get(&["tools", &name, "health"]).await?;
                found.push((name, health));
            }
            healths(found, terminal)
        }
        Tools::Action(action) => act(&action, api, terminal).await,
        Tools::Add { file } => {
            let body: Value = serde_json::from_str(&read(&file)?)
                .map_err(|error| Error::call(format!("{} is not JSON: {error}", file.display())))?;
            show(&api.post(&["tools"], body).await?, terminal)
        }
        Tools::AddMcp(new) => mcp::add(new, api, terminal).await,
        Tools::Look { tool } => mcp::look(&tool, api, terminal).await,
        Tools::Approve(command) => mcp::approve(command, api, terminal).await,
        Tools::Off(command) => mcp::off(command, api, terminal).await,
        Tools::Files => files::list(api, terminal).await,
        Tools::ApproveFile(command) => files::approve(command, api, terminal).await,
        Tools::Set { tool, name } => {
            let value = value_of(&tool, &name, terminal)?;
            let body = json!({ "settings": { name: value } });
            settings(&api.patch(&["tools", &tool], body).await?, terminal)
        }
        Tools::Clear { tool, name } => {
            let body = json!({ "settings": { name: null } });
            settings(&api.patch(&["tools", &tool], body).await?, terminal)
        }
        Tools::Simulate { tool, state } => {
            let body = json!({ "simulate": state == Switch::On });
            show(&api.patch(&["tools", &tool], body).await?, terminal)
        }
        Tools::Rekey => {
            let sealed = api.post(&["tool-settings", "key"], json!({})).await?;
            if terminal.json {
                return terminal.value(&sealed);
            }
            let count = text(&sealed, "/settings");
            terminal.line(format_args!("{count} settings are sealed with a new key"))
        }
        Tools::Remove { tool } => remove(api, terminal, ["tools", &tool]).await,
    }
}

fn row(tool: &Value) -> Vec<String> {
    let health = match tool.pointer("/health/ok").and_then(Value::as_bool) {
        Some(true) => "ok".to_owned(),
        Some(false) => short(&text(tool, "/health/detail"), 60),
        None => "not asked yet".to_owned(),
    };
    vec![
        text(tool, "/name"),
        text(tool, "/kind"),
        text(tool, "/mode"),
        list(tool, "/actions").len().to_string(),
        health,
    ]
}

fn show(tool: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(tool);
    }
    terminal.line(toned(text(tool, "/title"), Tone::Strong))?;
    terminal.line(text(tool, "/description"))?;
    let rows = list(tool, "/actions")
        .iter()
        .map(|action| {
            vec![
                text(action, "/name"),
                text(action, "/effect"),
                text(action, "/repeat"),
                short(&text(action, "/description"), 90),
            ]
        })
        .collect();
    terminal.table(
        &["action", "effect", "repeat", "what it does"],
        rows,
        "it has no actions",
    )?;
    if !tool["mcp"].is_null() {
        mcp::offers(tool, terminal)?;
    }
    if list(tool, "/settings").is_empty() {
        return Ok(());
    }
    terminal.line("")?;
    settings(tool, terminal)
}

/// The settings of a tool; of a credential no more than its last characters.
fn settings(tool: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(tool);
    }
    let rows = list(tool, "/settings")
        .iter()
        .map(|setting| {
            let value = match (&setting["source"], &setting["secret"], &setting["last4"]) {
                _ if setting["unreadable"] == json!(true) => "its key is missing".to_owned(),
                (Value::Null, ..) if setting["required"] == json!(true) => "missing".to_owned(),
                (Value::Null, ..) => "–".to_owned(),
                (_, Value::Bool(true), Value::String(last4)) => format!("••••{last4}"),
                (_, Value::Bool(true), _) => "set".to_owned(),
                _ => text(setting, "/value"),
            };
            vec![
                text(setting, "/name"),
                value,
                text(setting, "/source"),
                text(setting, "/title"),
            ]
        })
        .collect();
    terminal.table(
        &["setting", "value", "from", "what it is"],
        rows,
        "it has no settings",
    )
}

/// The value of a setting, never from the arguments, which other users of the machine can see. What a person types is
/// not shown.
fn value_of(tool: &str, name: &str, terminal: Terminal) -> Result<String, Error> {
    if terminal.can_ask() {
        let value = rpassword::prompt_password(format!("{name} of {tool} (not shown): "))?;
        return Ok(value);
    }
    read(std::path::Path::new("-"))
}

fn healths(found: Vec<(String, Value)>, terminal: Terminal) -> Result<(), Error> {
    let red: Vec<String> = found
        .iter()
        .filter(|(_, health)| health["ok"] != json!(true))
        .map(|(name, _)| name.clone())
        .collect();
    if terminal.json {
        let all: serde_json::Map<String, Value> = found.into_iter().collect();
        terminal.value(&Value::Object(all))?;
    } else {
        let rows = found
            .into_iter()
            .map(|(name, health)| {
                let ok = health["ok"] == json!(true);
                let mark = if ok {
                    toned("✓ ok", Tone::Good)
                } else {
                    toned("✗ not well", Tone::Bad)
                };
                vec![
                    name,
                    mark,
                    format!("{} ms", text(&health, "/latency_ms")),
                    text(&health, "/detail"),
                ]
            })
            .collect();
        terminal.table(
            &["tool", "health", "took", "what it says"],
            rows,
            "there are no tools",
        )?;
    }
    if red.is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!("not well: {}", red.join(", "))))
}

async fn act(command: &Action, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let wrong = |why: &str| {
        Error::call(format!("the call is not what it should be: {why}"))
            .hint(r#"for example '{"action": "create", "args": {"title": "HDMI black"}}'"#)
    };
    let call: Value =
        serde_json::from_str(&command.call).map_err(|error| wrong(&error.to_string()))?;
    let action = call
        .get("action")
        .and_then(Value::as_str)
        .ok_or_else(|| wrong("`action` is missing"))?;
    let named_tool = call
        .get("tool")
        .and_then(Value::as_str)
        .unwrap_or(&command.tool);
    if named_tool != command.tool {
        return Err(wrong(&format!(
            "it is for tool {named_tool}, not {}",
            command.tool
        )));
    }
    let args = call.get("args").cloned().unwrap_or_else(|| json!({}));
    let body = json!({ "tool": command.tool, "action": action, "args": args });
    let reply = api.post(&["tools", "action"], body).await?;
    if terminal.json {
        terminal.value(&reply)?;
    } else {
        terminal.value(&reply["result"])?;
        for artifact in list(&reply, "/artifacts") {
            terminal.note(format_args!(
                "{}  {}  {}",
                text(artifact, "/kind"),
                text(artifact, "/title"),
                text(artifact, "/url")
            ))?;
        }
    }
    if reply["ok"] == json!(true) {
        return Ok(());
    }
    Err(Error::failed(text(&reply, "/error"))
        .hint(format!("avops runs show {}", text(&reply, "/run_id"))))
}
