//! `avops sop`: a procedure in words becomes the draft of a recipe.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use super::read;
use crate::answers::{list, short, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to draft.
#[derive(Debug, Args)]
pub(crate) struct Sop {
    /// The procedure; `-` is the standard input
    file: PathBuf,
    /// The agent whose tools the recipe may use
    #[arg(long)]
    agent: Option<String>,
    /// What to call the recipe
    #[arg(long)]
    name: Option<String>,
    /// An answer to a question of an earlier draft; repeat for several
    #[arg(long = "answer", value_name = "ID=TEXT")]
    answers: Vec<String>,
    /// Show what became of each line
    #[arg(long)]
    trace: bool,
}

/// Prints the draft; what is open goes to the standard error.
pub(crate) async fn sop(command: &Sop, api: &Api, terminal: Terminal) -> Result<(), Error> {
    let mut answers = Map::new();
    for pair in &command.answers {
        let Some((id, answer)) = pair.split_once('=') else {
            return Err(Error::call(format!("{pair:?} is no answer"))
                .hint("write --answer ID=TEXT, with the id of a question"));
        };
        answers.insert(id.trim().to_owned(), json!(answer));
    }
    let body = json!({
        "text": read(&command.file)?, "agent": command.agent, "name": command.name, "answers": answers,
    });
    let draft = api.post(&["sop", "convert"], body).await?;
    if terminal.json {
        return terminal.value(&draft);
    }
    if command.trace {
        let rows = list(&draft, "/trace").iter().map(traced).collect();
        terminal.table(&["line", "became", "text"], rows, "")?;
    } else {
        terminal.line(text(&draft, "/yaml").trim_end())?;
    }
    for (word, pointer) in [("assumed", "/assumptions"), ("open", "/questions")] {
        for entry in list(&draft, pointer) {
            let place = match entry["line"].as_u64() {
                Some(line) => format!("line {line}: "),
                None => String::new(),
            };
            let id = match entry["id"].as_str() {
                Some(id) => format!(" [{id}]"),
                None => String::new(),
            };
            terminal.note(format_args!("{word}: {place}{}{id}", text(entry, "/text")))?;
        }
    }
    Ok(())
}

fn traced(line: &Value) -> Vec<String> {
    let steps: Vec<String> = list(line, "/steps").iter().map(|id| text(id, "")).collect();
    let became = if steps.is_empty() {
        text(line, "/kind")
    } else {
        steps.join(", ")
    };
    vec![text(line, "/line"), became, short(&text(line, "/text"), 80)]
}
