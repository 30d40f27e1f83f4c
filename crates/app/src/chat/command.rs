//! Slash commands: what there is, and what a message asks for.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::grammar::Rest;
use super::lexer::{Arg, Lexer, Token};
use super::mistake::{Mistake, replaced};
use crate::names::nearest;
use crate::sop::SopChoice;

/// A command, as help and completion show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CommandHelp {
    /// Its words: `/agent run`.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// One that works.
    pub example: &'static str,
    /// What it takes, in the order in which it is usually written.
    pub takes: &'static [Takes],
}

/// Something that a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Takes {
    /// Its name in a pair; absent where the value stands by itself.
    pub key: Option<&'static str>,
    /// What its value is.
    pub kind: Kind,
    /// Whether the command needs it.
    pub required: bool,
}

/// What a value of a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Name of an agent.
    Agent,
    /// Name of a recipe.
    Recipe,
    /// Name of a tool.
    Tool,
    /// Free text.
    Text,
    /// JSON.
    Json,
    /// What stands on the lines below.
    Lines,
    /// Inputs of a recipe: further pairs.
    Inputs,
    /// `true` or `false`.
    Flag,
}

const fn takes(key: Option<&'static str>, kind: Kind, required: bool) -> Takes {
    Takes {
        key,
        kind,
        required,
    }
}

/// Every command.
pub const COMMANDS: [CommandHelp; 8] = [
    CommandHelp {
        name: "/sop",
        does: "drafts a recipe out of the procedure on the lines below",
        example: "/sop agent=Support name=\"Projector Reset\"\nSteps:\n- Gather room_id\n- Reset projector via Q-SYS\n- Verify image via Slack photo",
        takes: &[
            takes(Some("agent"), Kind::Agent, false),
            takes(Some("name"), Kind::Text, false),
            takes(Some("engine"), Kind::Text, false),
            takes(None, Kind::Lines, true),
        ],
    },
    CommandHelp {
        name: "/recipe new",
        does: "opens a recipe to start from",
        example: "/recipe new \"Projector Reset\"",
        takes: &[takes(None, Kind::Text, true)],
    },
    CommandHelp {
        name: "/recipe attach",
        does: "attaches a recipe to an agent",
        example: "/recipe attach agent=\"Support\" recipe=\"Projector Reset\"",
        takes: &[
            takes(Some("agent"), Kind::Agent, true),
            takes(Some("recipe"), Kind::Recipe, true),
        ],
    },
    CommandHelp {
        name: "/agent run",
        does: "starts a run; further pairs are its inputs",
        example: "/agent run \"Support\" recipe=\"Projector Reset\"",
        takes: &[
            takes(None, Kind::Agent, true),
            takes(Some("recipe"), Kind::Recipe, false),
            takes(None, Kind::Inputs, false),
            takes(Some("dry"), Kind::Flag, false),
        ],
    },
    CommandHelp {
        name: "/tool health",
        does: "asks a tool how it feels",
        example: "/tool health calendar_scheduler",
        takes: &[takes(None, Kind::Tool, true)],
    },
    CommandHelp {
        name: "/tool action",
        does: "calls an action of a tool",
        example: "/tool action slack '{\"action\":\"post_message\",\"args\":{\"channel\":\"#avops\",\"text\":\"Hello\"}}'",
        takes: &[takes(None, Kind::Tool, true), takes(None, Kind::Json, true)],
    },
    CommandHelp {
        name: "/kb scout",
        does: "searches allowed sites for a trouble, and drafts an article and a recipe",
        example: "/kb scout \"zoom room hdmi black\" allow=support.zoom.com,logitech.com",
        takes: &[
            takes(None, Kind::Text, true),
            takes(Some("allow"), Kind::Text, false),
            takes(Some("pages"), Kind::Text, false),
            takes(Some("publish"), Kind::Flag, false),
            takes(Some("channel"), Kind::Text, false),
            takes(Some("agent"), Kind::Agent, false),
        ],
    },
    CommandHelp {
        name: "/help",
        does: "lists the commands",
        example: "/help",
        takes: &[],
    },
];

/// What a message asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    Sop {
        agent: Option<Arg>,
        name: Option<Arg>,
        engine: SopChoice,
        text: String,
    },
    RecipeNew {
        name: Arg,
    },
    RecipeAttach {
        agent: Arg,
        recipe: Arg,
    },
    AgentRun {
        agent: Arg,
        recipe: Option<Arg>,
        inputs: Vec<(String, Arg)>,
        dry_run: bool,
        /// Where the words of the command end.
        end: usize,
    },
    ToolHealth {
        tool: Arg,
    },
    ToolAction {
        tool: Arg,
        body: Option<Call>,
    },
    KbScout {
        agent: Option<Arg>,
        query: Arg,
        /// Sites that may be read; none leaves it to the workspace's own list.
        allow: Vec<String>,
        /// Further inputs of the recipe.
        inputs: Vec<(&'static str, Arg)>,
    },
    Help,
}

/// The body of a call.
#[derive(Debug, PartialEq)]
pub(super) struct Call {
    pub(super) action: String,
    pub(super) args: Value,
    pub(super) span: Range<usize>,
}

/// A command that was read.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    pub(super) command: Command,
    /// Whether raw payloads are to be shown.
    pub(super) json: bool,
    /// What was read in another way than it stands there.
    pub(super) notes: Vec<String>,
}

/// Reads a message that begins with `/`.
pub(super) fn read(text: &str) -> Result<Read, Mistake> {
    let start = text.len() - text.trim_start().len();
    let first = text.get(start..).and_then(|text| text.find('\n'));
    let line = first.map_or(text.len(), |at| start + at);
    let mut lexer = Lexer::new(text, 0..line);
    let (head, after) = head(text, &mut lexer)?;
    let mut rest = Rest::new(text, after, line);
    let command = match head {
        "/sop" => rest.sop()?,
        "/recipe new" => rest.recipe_new()?,
        "/recipe attach" => rest.recipe_attach()?,
        "/agent run" => rest.agent_run()?,
        "/tool health" => rest.tool_health()?,
        "/tool action" => rest.tool_action()?,
        "/kb scout" => rest.kb_scout()?,
        _ => Command::Help,
    };
    let notes = rest
        .typographic
        .then(|| "typographic quotes were read as plain ones".to_owned());
    Ok(Read {
        command,
        json: rest.json,
        notes: notes.into_iter().collect(),
    })
}

/// Which command it is, and where what it takes begins.
fn head(text: &str, lexer: &mut Lexer<'_>) -> Result<(&'static str, usize), Mistake> {
    let mut word = || -> Result<Option<Arg>, Mistake> {
        Ok(match lexer.token()? {
            Some(Token::Word(arg)) if !arg.quoted => Some(arg),
            _ => None,
        })
    };
    let Some(first) = word()? else {
        return Err(no_command(text));
    };
    let known = |name: &str| COMMANDS.iter().find(|command| command.name == name);
    let mut said = first.value.to_lowercase();
    if let Some(command) = known(&said) {
        return Ok((command.name, first.span.end));
    }
    let after_first = first.span.end;
    let second = word().unwrap_or_default();
    let mut span = first.span;
    if let Some(second) = second {
        said = format!("{said} {}", second.value.to_lowercase());
        if let Some(command) = known(&said) {
            return Ok((command.name, second.span.end));
        }
        span.end = second.span.end;
    }
    // The first word decides where it is known: `/tool helth` is nearer to `/tool health` than to anything else.
    let group = said.split(' ').next().unwrap_or_default();
    let same: Vec<&str> = COMMANDS
        .iter()
        .map(|command| command.name)
        .filter(|name| name.split(' ').next() == Some(group))
        .collect();
    let near = if same.is_empty() {
        nearest(&said, COMMANDS.iter().map(|command| command.name))
    } else {
        nearest(&said, same.iter().copied())
    };
    let list = if same.is_empty() {
        COMMANDS.map(|command| command.name).join(", ")
    } else {
        same.join(", ")
    };
    if same.is_empty() && !near.as_deref().is_some_and(|near| near.contains(' ')) {
        span.end = after_first;
    }
    let shown = text.get(span.clone()).unwrap_or_default().to_owned();
    let mistake = Mistake::at(text, span.clone(), format!("there is no command {shown}"))
        .help(format!("there are {list}"));
    Err(match near {
        Some(near) => mistake.corrected(replaced(text, span, &near)),
        None => mistake,
    })
}

pub(super) fn no_command(text: &str) -> Mistake {
    Mistake::at(
        text,
        0..text.trim_end().len().min(1),
        "a command begins with / and a word",
    )
    .help(format!(
        "there are {}",
        COMMANDS.map(|command| command.name).join(", ")
    ))
}
