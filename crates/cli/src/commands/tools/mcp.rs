//! `avops tools add-mcp`, `look`, `approve`, `off`: outside MCP servers and what they offer.

use clap::{ArgGroup, Args, ValueEnum};
use serde_json::{Map, Value, json};
use similar::{ChangeTag, TextDiff};

use super::{show, value_of};
use crate::answers::{clean, list, short, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::{Terminal, Tone, toned};

/// An MCP server to be added.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("transport").required(true).args(["address", "command"]))]
pub(crate) struct AddMcp {
    /// Its name in recipes, which call NAME.ACTION
    name: String,
    /// Address of a server that speaks Streamable HTTP
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// Give it a bearer token, which is asked for, or read from the standard input
    #[arg(long, requires = "address")]
    token: bool,
    /// A variable for the program; its value is that of the same variable here, or asked for. May be repeated
    #[arg(long, value_name = "NAME", conflicts_with = "address")]
    env: Vec<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// What mock mode does with it [default: call an address of this machine, simulate anything else]
    #[arg(long, value_enum)]
    in_mock: Option<InMock>,
    /// After `--`: absolute path of a program that speaks over its standard input and output, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// What mock mode does.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum InMock {
    /// Call it as it is
    Call,
    /// Simulate it
    Simulate,
}

/// What may be called from now on.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["actions", "all"]))]
pub(crate) struct Approve {
    /// The tool's name
    tool: String,
    /// Its actions, as `avops tools look` lists them
    actions: Vec<String>,
    /// Everything that is new or changed
    #[arg(long)]
    all: bool,
    /// Take the server's word for what each does to the world, and what a second call does
    #[arg(long)]
    accept_claims: bool,
    /// What they do to the world [default: write, or destructive if the server does not say otherwise]
    #[arg(long, value_parser = ["read", "write", "destructive"])]
    effect: Option<String>,
    /// What a second call does [default: once]
    #[arg(long, value_parser = ["safe", "keyed", "once"])]
    repeat: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// What may not be called any more.
#[derive(Debug, Args)]
pub(crate) struct Off {
    /// The tool's name
    tool: String,
    /// Its actions
    #[arg(required = true)]
    actions: Vec<String>,
}

/// Adds a server.
pub(super) async fn add(new: AddMcp, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let mut transport = Map::new();
    if let Some(url) = new.address {
        transport.insert("url".to_owned(), json!(url));
        if new.token {
            let token = value_of(&new.name, "token", terminal)?;
            transport.insert("token".to_owned(), json!(token));
        }
    } else if let Some((command, args)) = new.command.split_first() {
        let mut env = Map::new();
        for name in new.env {
            let value = match std::env::var(&name) {
                Ok(value) => value,
                Err(_) if terminal.can_ask() => value_of(&new.name, &name, terminal)?,
                Err(_) => {
                    return Err(Error::call(format!("the variable {name} is not set here"))
                        .hint("set it for this command; its value is kept sealed"));
                }
            };
            env.insert(name, json!(value));
        }
        transport.insert("command".to_owned(), json!(command));
        transport.insert("args".to_owned(), json!(args));
        transport.insert("env".to_owned(), Value::Object(env));
    }
    let mut body = json!({ "name": new.name, "kind": "mcp", "transport": transport });
    if let Some(description) = new.description {
        body["description"] = json!(description);
    }
    if let Some(in_mock) = new.in_mock {
        body["in_mock"] = match in_mock {
            InMock::Call => json!("call"),
            InMock::Simulate => json!("simulate"),
        };
    }
    show(&api.post(&["tools"], body).await?, terminal)
}

/// Asks a server what it offers.
pub(super) async fn look(tool: &str, api: &Api, terminal: Terminal) -> Result<(), Error> {
    show(
        &api.post(&["tools", tool, "look"], json!({})).await?,
        terminal,
    )
}

/// Shows what is to be approved with what changed, and approves it.
pub(super) async fn approve(command: Approve, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let tool = command.tool.as_str();
    let seen = api.post(&["tools", tool, "look"], json!({})).await?;
    let offers = list(&seen, "/mcp/offers");
    let chosen: Vec<&Value> = if command.all {
        offers.iter().filter(|offer| waits(offer)).collect()
    } else {
        let find = |name: &String| {
            let found = offers.iter().find(|offer| offer["action"] == json!(name));
            found.ok_or_else(|| {
                Error::call(format!("{tool} offers no {name}"))
                    .hint(format!("`avops tools look {tool}` lists what it offers"))
            })
        };
        command.actions.iter().map(find).collect::<Result<_, _>>()?
    };
    if chosen.is_empty() {
        return terminal.note(format_args!("nothing of {tool} waits to be approved"));
    }
    if !terminal.json {
        for offer in &chosen {
            difference(offer, terminal)?;
        }
    }
    if terminal.can_ask() && !command.yes {
        let answer = terminal.ask("approve this? [y/N]")?;
        if !answer.eq_ignore_ascii_case("y") && !answer.eq_ignore_ascii_case("yes") {
            return terminal.note("nothing was approved");
        }
    }
    let actions: Map<String, Value> = chosen
        .iter()
        .map(|offer| {
            let mut approval = json!({ "hash": text(offer, "/hash") });
            if let Some(effect) = &command.effect {
                approval["effect"] = json!(effect);
            }
            if let Some(repeat) = &command.repeat {
                approval["repeat"] = json!(repeat);
            }
            (text(offer, "/action"), approval)
        })
        .collect();
    let body = json!({ "actions": actions, "accept_claims": command.accept_claims });
    show(
        &api.post(&["tools", tool, "approvals"], body).await?,
        terminal,
    )
}

/// Turns actions off.
pub(super) async fn off(command: Off, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let names = command.actions.into_iter();
    let actions: Map<String, Value> = names.map(|name| (name, Value::Null)).collect();
    let body = json!({ "actions": actions });
    let path = ["tools", command.tool.as_str(), "approvals"];
    show(&api.post(&path, body).await?, terminal)
}

fn waits(offer: &Value) -> bool {
    matches!(text(offer, "/standing").as_str(), "new" | "changed")
}

/// What an MCP server offers and where that stands.
pub(super) fn offers(tool: &Value, terminal: Terminal) -> Result<(), Error> {
    let rows = list(tool, "/mcp/offers")
        .iter()
        .map(|offer| {
            let form = if offer["offered"].is_null() {
                "approved"
            } else {
                "offered"
            };
            let standing = match text(offer, "/standing").as_str() {
                "approved" => toned("approved", Tone::Good),
                "new" => toned("new: off", Tone::Waiting),
                "changed" => toned("changed: off", Tone::Waiting),
                "gone" => toned("no longer offered", Tone::Bad),
                "refused" => toned(
                    format_args!("refused: {}", text(offer, "/reason")),
                    Tone::Bad,
                ),
                other => other.to_owned(),
            };
            let of = |field: &str| text(offer, &format!("/{form}/{field}"));
            vec![
                text(offer, "/action"),
                standing,
                format!("{}, {}", of("claimed_effect"), of("claimed_repeat")),
                short(&of("description"), 70),
            ]
        })
        .collect();
    terminal.line("")?;
    terminal.table(
        &["offered", "standing", "it claims", "what it says of itself"],
        rows,
        "what it offers is not known",
    )?;
    let problem = text(tool, "/mcp/problem");
    if !problem.is_empty() {
        terminal.note(format_args!("it could not be asked: {problem}"))?;
    }
    match text(tool, "/mcp/waiting").as_str() {
        "" | "0" => Ok(()),
        waiting => terminal.note(format_args!(
            "{waiting} waiting: `avops tools approve {} ACTION …` turns them on",
            text(tool, "/name")
        )),
    }
}

/// One tool of a server as it is offered, or what differs from what was approved.
fn difference(offer: &Value, terminal: Terminal) -> Result<(), Error> {
    let now = pretty(&offer["offered"]);
    terminal.line(toned(
        format_args!("{} ({})", text(offer, "/action"), text(offer, "/standing")),
        Tone::Strong,
    ))?;
    if offer["approved"].is_null() {
        return terminal.line(now);
    }
    let before = pretty(&offer["approved"]);
    for change in TextDiff::from_lines(&before, &now).iter_all_changes() {
        let line = change.value().trim_end_matches('\n');
        terminal.line(match change.tag() {
            ChangeTag::Equal => format!("  {line}"),
            ChangeTag::Delete => toned(format_args!("- {line}"), Tone::Bad),
            ChangeTag::Insert => toned(format_args!("+ {line}"), Tone::Good),
        })?;
    }
    Ok(())
}

/// A definition for people. It is the server's text: nothing in it may steer the terminal.
fn pretty(definition: &Value) -> String {
    let text = format!("{definition:#}\n");
    text.lines().map(|line| clean(line) + "\n").collect()
}
