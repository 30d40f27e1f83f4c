//! `avops runs`: what ran, what runs, and running it again.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::again::{Again, again};
use super::run::Watch;
use crate::answers::{duration, items, short, text, time};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{Terminal, Tone, toned};

/// By what runs are sorted.
const COLUMNS: [&str; 14] = [
    "accepted_at",
    "name",
    "status",
    "trigger",
    "agent",
    "recipe",
    "duration_ms",
    "-accepted_at",
    "-name",
    "-status",
    "-trigger",
    "-agent",
    "-recipe",
    "-duration_ms",
];

/// What to do about runs.
#[derive(Debug, Subcommand)]
pub(crate) enum Runs {
    /// List runs, newest first
    List(List),
    /// Show a run with its steps and artifacts
    Show {
        /// The run's id
        run: String,
    },
    /// Run again what a run ran
    Rerun(Again),
    /// Print the draft of a test out of a run that has ended
    Test {
        /// The run's id
        run: String,
        /// Add it to the saved tests of the recipe instead
        #[arg(long)]
        save: bool,
    },
}

/// Which runs.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// At most so many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// queued, running, waiting, success, unproven, failed or cancelled; repeat for several
    #[arg(long)]
    status: Vec<String>,
    /// Accepted at or after this time (RFC 3339)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Of this agent
    #[arg(long)]
    agent: Option<String>,
    /// Of this recipe
    #[arg(long)]
    recipe: Option<String>,
    /// Of this version of the recipe
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    /// About this room: id, name, e-mail address or alias
    #[arg(long)]
    room: Option<String>,
    /// Asked for by this person or token
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Started by this: manual, api, cli, interval, schedule, recipe …
    #[arg(long)]
    trigger: Option<String>,
    /// By what to sort; with - in front for the largest first
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, value_parser = COLUMNS)]
    sort: Option<String>,
    /// input, approval, manual, timer, lock, window, interrupted, child, held or paused
    #[arg(long, value_name = "REASON")]
    waiting_for: Option<String>,
    /// Text in the name, agent, recipe or error
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

/// Carries it out.
pub(crate) async fn runs(
    command: Runs,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    match command {
        Runs::List(list) => {
            let runs = session.api.find(&["runs"], query(list)).await?;
            if terminal.json {
                return terminal.value(&runs);
            }
            let rows = items(&runs).iter().map(row).collect();
            terminal.table(
                &[
                    "run", "name", "status", "mode", "agent", "took", "accepted", "error",
                ],
                rows,
                "there are no runs",
            )
        }
        Runs::Show { run } => Watch::new(session, terminal).show(&run).await,
        Runs::Test { run, save } => test(&run, save, session, terminal).await,
        Runs::Rerun(command) => again(command, session, terminal).await,
    }
}

fn query(list: List) -> Vec<(&'static str, String)> {
    let mut query = vec![("limit", list.limit.to_string())];
    query.extend(list.status.into_iter().map(|status| ("status", status)));
    let optional = [
        ("since", list.since),
        ("agent", list.agent),
        ("recipe", list.recipe),
        ("version", list.version.map(|version| version.to_string())),
        ("room", list.room),
        ("actor", list.actor),
        ("trigger", list.trigger),
        ("sort", list.sort),
        ("waiting_for", list.waiting_for),
        ("q", list.search),
    ];
    query.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    query
}

/// Prints the draft of a test, or adds it to those of the recipe.
async fn test(run: &str, save: bool, session: &Session, terminal: Terminal) -> Result<(), Error> {
    let path = ["runs", run, "test"];
    let found = if save {
        session.api.post(&path, json!({})).await?
    } else {
        session.api.get(&path).await?
    };
    if terminal.json {
        return terminal.value(&found);
    }
    if save {
        return terminal.line(format_args!(
            "added to the tests of {}",
            text(&found, "/recipe")
        ));
    }
    for note in found["notes"].as_array().into_iter().flatten() {
        terminal.note(format_args!("note: {}", text(note, "")))?;
    }
    terminal.line(text(&found, "/yaml").trim_end())
}

fn row(run: &Value) -> Vec<String> {
    vec![
        text(run, "/id"),
        text(run, "/name"),
        status(run),
        text(run, "/mode"),
        text(run, "/agent"),
        duration(run, "/duration_ms"),
        time(run, "/accepted_at"),
        short(&text(run, "/error/message"), 60),
    ]
}

/// The status with its mark, and what a waiting run waits for.
pub(crate) fn status(run: &Value) -> String {
    let status = text(run, "/status");
    match status.as_str() {
        "success" => toned("✓ success", Tone::Good),
        "failed" => toned("✗ failed", Tone::Bad),
        "cancelled" => toned("✗ cancelled", Tone::Bad),
        "unproven" => toned("? unproven", Tone::Waiting),
        "waiting" => toned(format!("… waiting for {}", waits_for(run)), Tone::Waiting),
        _ => format!("… {status}"),
    }
}

/// What a waiting run waits for, in words.
pub(crate) fn waits_for(run: &Value) -> &'static str {
    match text(run, "/waiting_for").as_str() {
        "input" => "inputs",
        "approval" => "an approval",
        "manual" => "a manual step",
        "timer" => "a time",
        "lock" => "another run's lock",
        "window" => "a window",
        "interrupted" => "a word on a call whose outcome is unknown",
        "child" => "another run",
        "held" => "a release",
        "paused" => "somebody to resume it",
        _ => "something",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_become_the_api_s_own_words() {
        let list = List {
            limit: 5,
            status: vec!["failed".to_owned(), "waiting".to_owned()],
            since: None,
            agent: Some("Support".to_owned()),
            recipe: None,
            version: None,
            room: None,
            actor: None,
            trigger: None,
            sort: None,
            waiting_for: None,
            search: None,
        };
        let query = query(list);
        assert_eq!(
            query,
            [
                ("limit", "5"),
                ("status", "failed"),
                ("status", "waiting"),
                ("agent", "Support")
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn a_waiting_run_says_for_what() {
        let run = json!({ "status": "waiting", "waiting_for": "approval" });
        assert!(status(&run).contains("waiting for an approval"));
    }
}
