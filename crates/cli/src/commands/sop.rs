//! `avops sop`: a procedure in words becomes the draft of a recipe.

mod score;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
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
    #[arg(required_unless_present = "score", conflicts_with = "score")]
    file: Option<PathBuf>,
    /// Who drafts it
    #[arg(long, value_enum, default_value_t = Engine::Auto)]
    engine: Engine,
    /// Score the drafts of a folder: each NAME.txt against the expectations in NAME.yaml
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["name", "answers", "trace"])]
    score: Option<PathBuf>,
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

/// Who drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A model where a real one is set up, else rules
    Auto,
    /// A model; rules when none can
    Model,
    /// Rules, without any model
    Rules,
    /// Both, one after the other, to compare their scores
    Both,
}

impl Engine {
    fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Model => "model",
            Self::Rules => "rules",
            Self::Both => "both",
        }
    }
}

/// Prints the draft; what is open goes to the standard error.
pub(crate) async fn sop(command: &Sop, api: &Api, terminal: Terminal) -> Result<(), Error> {
    if let Some(folder) = &command.score {
        return score::score(folder, command, api, terminal).await;
    }
    let Some(file) = &command.file else {
        return Err(
            Error::call("there is no procedure").hint("name its file, or - for the standard input")
        );
    };
    if command.engine == Engine::Both {
        return Err(Error::call("two engines give two drafts")
            .hint("choose --engine model or --engine rules; `both` is for --score"));
    }
    let mut answers = Map::new();
    for pair in &command.answers {
        let Some((id, answer)) = pair.split_once('=') else {
            return Err(Error::call(format!("{pair:?} is no answer"))
                .hint("write --answer ID=TEXT, with the id of a question"));
        };
        answers.insert(id.trim().to_owned(), json!(answer));
    }
    let body = json!({
        "text": read(file)?, "agent": command.agent, "name": command.name, "answers": answers,
        "engine": command.engine.as_str(),
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
    terminal.note(drafted_by(&draft))?;
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

/// Who drafted it, and what that took.
fn drafted_by(answer: &Value) -> String {
    let work = &answer["work"];
    if work.is_null() {
        return match answer["reason"].as_str() {
            Some(reason) => format!("drafted by rules: {reason}"),
            None => "drafted by rules".to_owned(),
        };
    }
    let cost = match work["cost_usd"].as_f64() {
        Some(cost) => format!(", ${cost:.4}"),
        None => String::new(),
    };
    format!(
        "drafted by {} {}{} in {} rounds, {} tokens read, {} written{cost}; {} points put right by the program",
        text(work, "/provider"),
        text(work, "/model"),
        if work["mock"] == true {
            " (simulated)"
        } else {
            ""
        },
        text(work, "/rounds"),
        text(work, "/input_tokens"),
        text(work, "/output_tokens"),
        list(work, "/mended").len(),
    )
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
