//! `avops chat`: plain words and slash commands in the terminal.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;
use serde_json::{Value, json};

use super::run::Watch;
use crate::answers::{clean, list, text};
use crate::api::Api;
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{Terminal, Tone, toned};

/// What is said.
#[derive(Debug, Args)]
pub(crate) struct Chat {
    /// What to say; without it, lines of the standard input are said one after another
    text: Option<String>,
    /// The conversation to go on with
    #[arg(long)]
    thread: Option<String>,
}

/// Says one thing, or everything that is typed, in one conversation.
pub(crate) async fn chat(
    command: &Chat,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let api = &session.api;
    let mut thread = command.thread.clone();
    if let Some(said) = &command.text {
        let answer = say(api, &mut thread, said).await?;
        print(&answer, said, terminal)?;
        if !terminal.json {
            terminal.note(format_args!("conversation {}", text(&answer, "/thread_id")))?;
            if let Some(run) = run_of(&answer) {
                return Watch::new(session, terminal).follow(run).await;
            }
        }
        return outcome(&answer);
    }
    let stdin = io::stdin();
    let is_typed = stdin.is_terminal();
    if is_typed {
        terminal
            .note("ask in plain words, or /help; a procedure after /sop ends with an empty line")?;
    }
    let mut lines = stdin.lock().lines();
    while let Some(line) = lines.next() {
        let mut said = line?;
        if said.trim().is_empty() {
            continue;
        }
        // The lines below belong to the procedure, up to an empty one.
        if said.trim_start().starts_with("/sop") {
            for line in lines.by_ref() {
                let line = line?;
                if line.trim().is_empty() {
                    break;
                }
                said.push('\n');
                said.push_str(&line);
            }
        }
        let answer = say(api, &mut thread, &said).await?;
        print(&answer, &said, terminal)?;
    }
    Ok(())
}

async fn say(api: &Api, thread: &mut Option<String>, said: &str) -> Result<Value, Error> {
    let body = json!({ "thread_id": thread, "text": said });
    let answer = api.post(&["chat", "messages"], body).await?;
    *thread = answer["thread_id"].as_str().map(str::to_owned);
    Ok(answer)
}

/// The run that the answer started.
fn run_of(answer: &Value) -> Option<&str> {
    let started = list(answer, "/cards")
        .iter()
        .find(|card| card["kind"] == "run");
    started?["run_id"].as_str()
}

/// A command that was not carried out, or failed, shows in the exit code.
fn outcome(answer: &Value) -> Result<(), Error> {
    for card in list(answer, "/cards") {
        match card["kind"].as_str() {
            Some("mistake") => return Err(Error::call("the command was not carried out")),
            Some("refusal") => return Err(Error::failed("the command was refused")),
            Some("call" | "health") if card["ok"] == false => {
                return Err(Error::failed("the tool did not do it"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn print(answer: &Value, said: &str, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(answer);
    }
    for note in list(answer, "/notes") {
        terminal.note(text(note, ""))?;
    }
    for card in list(answer, "/cards") {
        for line in shown(card, said) {
            terminal.line(line)?;
        }
    }
    Ok(())
}

/// A part of an answer as lines.
fn shown(card: &Value, said: &str) -> Vec<String> {
    let word = |pointer: &str| text(card, pointer);
    match card["kind"].as_str().unwrap_or_default() {
        "words" => vec![word("/markdown")],
        "mistake" => mistake(&card["mistake"], said),
        "refusal" => vec![toned(word("/message"), Tone::Bad), word("/hint")],
        "draft" => {
            let questions = list(card, "/draft/questions");
            let open = questions
                .iter()
                .map(|question| toned(format!("open: {}", text(question, "/text")), Tone::Waiting));
            std::iter::once(word("/draft/yaml")).chain(open).collect()
        }
        "attached" => vec![format!(
            "{} is attached to {}",
            word("/recipe"),
            word("/agent")
        )],
        "recipe" => vec![format!(
            "there is a recipe {} (v{}) already; nothing was overwritten",
            word("/name"),
            word("/version")
        )],
        "run" => vec![
            toned(
                format!("run {} of {}", word("/run_id"), word("/recipe")),
                Tone::Strong,
            ),
            word("/url"),
        ],
        "health" => vec![format!(
            "{} {} ({} ms): {}",
            mark(card),
            word("/tool"),
            word("/latency_ms"),
            word("/detail")
        )],
        "call" => {
            let mut lines = vec![
                format!(
                    "{} {} (run {})",
                    mark(card),
                    word("/action"),
                    word("/run_id")
                ),
                clean(&format!("{:#}", card["result"])),
            ];
            lines.extend(card["error"].as_str().map(clean));
            for artifact in list(card, "/artifacts") {
                lines.push(format!(
                    "{} {}",
                    text(artifact, "/kind"),
                    text(artifact, "/url")
                ));
            }
            lines
        }
        "proposal" => vec![
            toned(format!("to {}, send:", word("/does")), Tone::Faint),
            word("/command"),
        ],
        "passage" => vec![
            toned(
                format!("{} › {}", word("/title"), word("/section")),
                Tone::Strong,
            ),
            word("/excerpt"),
        ],
        "runs" => {
            let runs = list(card, "/runs");
            let lines = runs.iter().map(|run| {
                let (id, status) = (text(run, "/run_id"), text(run, "/status"));
                format!(
                    "  {id} {status} {} {}",
                    text(run, "/name"),
                    text(run, "/error")
                )
            });
            std::iter::once(toned(word("/title"), Tone::Strong))
                .chain(lines)
                .collect()
        }
        "commands" => avops_app::chat::COMMANDS
            .iter()
            .map(|command| format!("{:<16} {}", command.name, command.does))
            .collect(),
        _ => vec![clean(&card.to_string())],
    }
}

/// The line of the mistake with marks below its place, what helps, and what was probably meant.
fn mistake(mistake: &Value, said: &str) -> Vec<String> {
    let number = |name: &str| usize::try_from(mistake[name].as_u64().unwrap_or_default());
    let place = number("place").unwrap_or_default();
    let length = number("length").unwrap_or(1).max(1);
    let letters: Vec<char> = said.chars().collect();
    let before = letters.get(..place.min(letters.len())).unwrap_or_default();
    let begin = before
        .iter()
        .rposition(|c| *c == '\n')
        .map_or(0, |at| at + 1);
    let line: String = letters
        .get(begin..)
        .unwrap_or_default()
        .iter()
        .take_while(|c| **c != '\n')
        .collect();
    let within = line.chars().count().saturating_sub(place - begin).max(1);
    let marks = format!(
        "{}{}",
        " ".repeat(place - begin),
        "^".repeat(length.min(within))
    );
    let mut lines = vec![
        toned(text(mistake, "/message"), Tone::Bad),
        clean(&line),
        toned(marks, Tone::Bad),
    ];
    lines.extend(mistake["help"].as_str().map(clean));
    if let Some(corrected) = mistake["corrected"].as_str() {
        lines.push(toned("probably meant:", Tone::Faint));
        lines.push(clean(corrected));
    }
    lines
}

fn mark(card: &Value) -> String {
    if card["ok"] == true {
        toned("ok", Tone::Good)
    } else {
        toned("not ok", Tone::Bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_marked_below_its_place() {
        let said = "/sop\n- ä x";
        let found =
            json!({ "message": "m", "place": 9, "length": 3, "help": null, "corrected": "/sop y" });
        let lines = mistake(&found, said);
        assert_eq!(lines.get(1).map(String::as_str), Some("- ä x"));
        assert_eq!(
            lines
                .get(2)
                .map(|line| line.contains("    ^") && !line.contains("^^")),
            Some(true)
        );
        assert_eq!(lines.last().map(String::as_str), Some("/sop y"));
    }
}
