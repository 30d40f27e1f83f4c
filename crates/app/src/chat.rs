//! Chat: slash commands that are carried out, and plain words that are answered. Nothing acts unasked.
//!
//! A command is what a person sends, so it acts; an answer to plain words only proposes commands. Every command leaves a
//! line in the audit trail with what it did in each of the four phases, beside the run that it may have started.

mod aloud;
mod body;
mod call_grammar;
mod calls;
mod cards;
mod carry_out;
mod command;
mod grammar;
mod lexer;
mod mistake;
mod plain;
mod propose;
mod threads;

pub use aloud::{Ear, Spoken};
pub use cards::{Card, DraftCard, RunLine};
pub use command::{COMMANDS, CommandHelp, Kind, Takes};
pub use mistake::Mistake;
pub use threads::{
    ChatMessage, ChatThread, MessageBody, ModelNote, Phases, Role, ThreadChange, ThreadQuery,
    change_thread, delete_thread, messages, thread, threads,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audit::{self, Deed};
use crate::{Actor, App, Error, Permission};
use carry_out::{Asked, Refused};

/// Longest message, in bytes: the longest procedure, and the command before it.
const LONGEST: usize = avops_llm::sop::LONGEST_TEXT + 1_024;

/// Something that a person says.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SayText {
    /// The conversation; a new one when absent.
    #[serde(default)]
    pub thread_id: Option<String>,
    /// Plain words, or a command that begins with `/`.
    pub text: String,
    /// Whether raw payloads are to be shown.
    #[serde(default)]
    pub json_mode: bool,
}

/// Lists the commands.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn commands(by: &Actor) -> Result<Vec<CommandHelp>, Error> {
    by.require(Permission::See)?;
    Ok(COMMANDS.to_vec())
}

/// Answers what a person says. Question and answer are kept in the conversation. A command that cannot be carried out
/// is answered with its mistake; that is no error of this operation.
///
/// # Errors
/// [`Error::BadInput`] for an empty or too long text, [`Error::NotFound`] and [`Error::Conflict`] for the conversation.
pub async fn say(app: &App, by: &Actor, said: SayText) -> Result<ChatMessage, Error> {
    respond(app, by, said, None).await
}

/// As [`say`], and an ear hears the words of a model while it writes them. Once the ear has heard enough, the model is
/// stopped and what it wrote is the answer; a command that was begun is carried out all the same.
///
/// # Errors
/// As [`say`].
pub async fn say_aloud(
    app: &App,
    by: &Actor,
    said: SayText,
    ear: &Ear,
) -> Result<ChatMessage, Error> {
    respond(app, by, said, Some(ear)).await
}

async fn respond(
    app: &App,
    by: &Actor,
    said: SayText,
    ear: Option<&Ear>,
) -> Result<ChatMessage, Error> {
    by.require(Permission::See)?;
    if said.text.trim().is_empty() {
        return Err(Error::bad_input(
            "there is nothing in the message",
            "ask in plain words, or send /help for the commands",
        ));
    }
    if said.text.len() > LONGEST {
        return Err(Error::bad_input(
            format!(
                "the message has {} bytes; at most {LONGEST} can be read",
                said.text.len()
            ),
            "send it in parts",
        ));
    }
    let thread = threads::spoken_in(app, by, said.thread_id.as_deref(), &said.text).await?;
    if let Some(ear) = ear {
        ear.hears(Spoken::Begun {
            thread_id: thread.id.clone(),
        });
    }
    let before = threads::latest(app, &thread.id, plain::REMEMBERED).await?;
    let asked = MessageBody {
        json_mode: said.json_mode,
        ..MessageBody::default()
    };
    threads::append(app, &thread.id, Role::Person, said.text.clone(), asked).await?;
    // Blanks before a command mean nothing; places in it count from where it begins in the message.
    let mut body = if said.text.trim_start().starts_with('/') {
        obey(app, by, &said.text).await?
    } else {
        plain::answer(app, by, &said.text, &before, ear).await?
    };
    body.json_mode |= said.json_mode;
    threads::append(app, &thread.id, Role::Avops, String::new(), body).await
}

/// Reads a command and carries it out.
async fn obey(app: &App, by: &Actor, text: &str) -> Result<MessageBody, Error> {
    let asked = Asked { app, by, text };
    let (json_mode, notes, outcome) = match command::read(text) {
        Ok(read) => (read.json, read.notes, asked.carry_out(read.command).await),
        Err(mistake) => (false, Vec::new(), Err(Refused::from(mistake))),
    };
    let (cards, phases) = match outcome {
        Ok(done) => (done.cards, done.phases),
        Err(Refused::Mistake(mistake)) => {
            let mistake = asked.filled_in(*mistake).await;
            let plan = format!("refused: {}", mistake.message);
            (
                vec![Card::Mistake { mistake }],
                Phases::new("a command", plan, "nothing", "nothing was changed"),
            )
        }
        // What broke in here is logged at the door and told there.
        Err(Refused::Error(error @ Error::Internal(_))) => return Err(error),
        Err(Refused::Error(error)) => {
            let message = error.to_string();
            let phases = Phases::new(
                "a command",
                format!("refused: {message}"),
                "nothing",
                "nothing was changed",
            );
            let hint = error.hint();
            (vec![Card::Refusal { message, hint }], phases)
        }
    };
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    let object = match threads::run_of(&cards) {
        Some(run) => format!("{} → run {run}", words.join(" ")),
        None => words.join(" "),
    };
    let deed = Deed::on("chat.command", object.chars().take(200).collect::<String>())
        .because(Some(phases.in_words()));
    audit::record(app, by, deed).await?;
    Ok(MessageBody {
        cards,
        phases: Some(phases),
        notes,
        json_mode,
        model: None,
    })
}
