//! What plain words may be asking for, by rules: commands to propose, runs to show. Nothing is carried out.

use std::collections::BTreeSet;

use avops_llm::sop::LineUse;
use avops_tools::directory::Place;

use super::cards::{Card, RunLine};
use super::lexer::quote_name;
use crate::agents::{self, Agent};
use crate::recipes::{self, RecipeSummary};
use crate::runs::{self, RunFilter, RunSummary};
use crate::sop::{self, SopText};
use crate::{Actor, App, Error, PageRequest, Permission, inbox};

/// Most proposals for one message.
const MOST: usize = 3;
/// Runs in a list.
const RUNS: u32 = 5;

/// Words that ask for something to be done now.
const DOING: [&str; 22] = [
    "run",
    "start",
    "reset",
    "restart",
    "reboot",
    "check",
    "fix",
    "verify",
    "trigger",
    "launch",
    "prepare",
    "set",
    "test",
    "repair",
    "restore",
    "recover",
    "inspect",
    "bring",
    "make",
    "walk",
    "preflight",
    "heal",
];
/// Words that ask how something is.
const FEELING: [&str; 14] = [
    "health",
    "healthy",
    "ok",
    "okay",
    "up",
    "down",
    "alive",
    "working",
    "works",
    "reachable",
    "online",
    "status",
    "feel",
    "feels",
];
/// Words that ask about what happened.
const HISTORY: [&str; 12] = [
    "failed", "fail", "failing", "failure", "failures", "error", "errors", "last", "latest",
    "recent", "history", "happened",
];
/// Words that ask what waits for a person.
const WAITING: [&str; 8] = [
    "waiting",
    "waits",
    "approve",
    "approval",
    "approvals",
    "pending",
    "inbox",
    "needs",
];
/// Words that mean nothing by themselves.
const FILLERS: [&str; 40] = [
    "a", "an", "the", "in", "on", "at", "of", "for", "to", "and", "or", "is", "are", "it", "its",
    "me", "my", "our", "please", "can", "could", "you", "would", "i", "we", "now", "with", "room",
    "rooms", "recipe", "workflow", "do", "does", "how", "what", "why", "which", "this", "that",
    "quick",
];

/// A message as words, and what the workspace has.
pub(super) struct Reading<'a> {
    app: &'a App,
    by: &'a Actor,
    text: &'a str,
    words: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(app: &'a App, by: &'a Actor, text: &'a str) -> Self {
        Self {
            app,
            by,
            text,
            words: words(text),
        }
    }

    fn has_any(&self, known: &[&str]) -> bool {
        self.words.iter().any(|word| known.contains(&word.as_str()))
    }

    /// Everything that the words may be asking for, most likely first.
    pub(super) async fn cards(&self) -> Result<Vec<Card>, Error> {
        if let Some(card) = self.procedure().await? {
            return Ok(vec![card]);
        }
        let mut cards = self.health();
        cards.extend(self.runs_to_start().await?);
        cards.truncate(MOST);
        cards.extend(self.waiting().await?);
        cards.extend(self.history().await?);
        Ok(cards)
    }

    /// Several lines that read as steps are a procedure.
    async fn procedure(&self) -> Result<Option<Card>, Error> {
        let lines = self.text.lines().filter(|line| !line.trim().is_empty());
        if lines.count() < 3 || !self.by.may(Permission::Author) {
            return Ok(None);
        }
        let text = SopText {
            text: self.text.to_owned(),
            ..SopText::default()
        };
        let Ok(draft) = sop::convert(self.app, self.by, text).await else {
            return Ok(None);
        };
        let mapped = draft
            .trace
            .iter()
            .filter(|line| line.kind == LineUse::Mapped)
            .count();
        Ok((mapped >= 2).then(|| Card::Proposal {
            command: format!("/sop name={}\n{}", quote_name(&draft.name), self.text),
            does: format!(
                "drafts the recipe {:?} out of these {} lines; nothing is saved",
                draft.name,
                draft.trace.len()
            ),
        }))
    }

    /// Tools that are named beside a word that asks how they are.
    fn health(&self) -> Vec<Card> {
        if !self.has_any(&FEELING) {
            return Vec::new();
        }
        let tools = self.app.tools.tools();
        let named = tools.iter().filter(|info| {
            let name = words(&info.spec.name.replace('_', " "));
            let title = words(&info.title);
            is_within(&name, &self.words) || is_within(&title, &self.words)
        });
        named
            .map(|info| Card::Proposal {
                command: format!("/tool health {}", info.spec.name),
                does: format!("asks {} how it is, now", info.title),
            })
            .collect()
    }

    /// Recipes whose names share words with the message, with the agent that runs each and the room that is named.
    async fn runs_to_start(&self) -> Result<Vec<Card>, Error> {
        if !self.has_any(&DOING) {
            return Ok(Vec::new());
        }
        let mut found: Vec<(usize, RecipeSummary)> = recipes::list(self.app, self.by)
            .await?
            .into_iter()
            .map(|recipe| (self.likeness(&recipe), recipe))
            .filter(|(likeness, _)| *likeness > 0)
            .collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        let best = found.first().map_or(0, |(likeness, _)| *likeness);
        found.retain(|(likeness, _)| likeness * 2 > best);
        found.truncate(MOST);
        let agents = agents::list(self.app, self.by).await?;
        let mut cards = Vec::new();
        for (_, recipe) in found {
            let Some(agent) = runner(&agents, &recipe.name) else {
                continue;
            };
            cards.push(self.run(agent, &recipe).await?);
        }
        Ok(cards)
    }

    /// How many words of a recipe's name (twice) and description (once) the message has.
    fn likeness(&self, recipe: &RecipeSummary) -> usize {
        let meaning: BTreeSet<&String> = self
            .words
            .iter()
            .filter(|word| !FILLERS.contains(&word.as_str()) && word.len() > 2)
            .collect();
        let shared = |text: &str| {
            let theirs: BTreeSet<String> =
                words(text).into_iter().map(|word| stem(&word)).collect();
            meaning
                .iter()
                .filter(|word| theirs.contains(&stem(word)))
                .count()
        };
        let name = shared(&recipe.name);
        if name == 0 {
            return 0;
        }
        name * 2 + shared(&recipe.description)
    }

    async fn run(&self, agent: &Agent, recipe: &RecipeSummary) -> Result<Card, Error> {
        let details = recipes::get(self.app, self.by, &recipe.id).await?;
        let mut command = format!(
            "/agent run {} recipe={}",
            quote_name(&agent.name),
            quote_name(&recipe.name)
        );
        let mut asks = Vec::new();
        let inputs = details.inputs_schema["properties"].as_object();
        for (name, schema) in inputs.into_iter().flatten() {
            let is_room = name.contains("room");
            match self.room().filter(|_| is_room) {
                Some(room) if schema["type"] == "array" => {
                    command = format!("{command} {name}={}", serde_json::json!([room]));
                }
                Some(room) => command = format!("{command} {name}={}", quote_name(&room)),
                None if schema.get("default").is_none() => asks.push(name.as_str()),
                None => {}
            }
        }
        let mut does = format!("starts a run of {} by {}", recipe.name, agent.name);
        if !asks.is_empty() {
            does.push_str("; it will ask for ");
            does.push_str(&asks.join(", "));
        }
        Ok(Card::Proposal { command, does })
    }

    /// The room that the message names, as the directory calls it, or the number behind the word `room` or `in`.
    fn room(&self) -> Option<String> {
        let text = format!(" {} ", self.words.join(" "));
        let names = |place: &Place| {
            let mut names = vec![place.name.clone()];
            names.extend(place.aliases.iter().cloned());
            names.extend(place.email.clone());
            names
        };
        let places = self.app.tools.places();
        let known = places.rooms.iter().find(|place| {
            names(place)
                .iter()
                .any(|name| text.contains(&format!(" {} ", words(name).join(" "))))
        });
        if let Some(place) = known {
            return Some(place.name.clone());
        }
        let mut words = self.words.iter().peekable();
        while let Some(word) = words.next() {
            if matches!(word.as_str(), "room" | "in" | "for")
                && let Some(next) = words.peek()
                && next.chars().any(|c| c.is_ascii_digit())
            {
                return Some((*next).clone());
            }
        }
        None
    }

    async fn waiting(&self) -> Result<Option<Card>, Error> {
        if !self.has_any(&WAITING) {
            return Ok(None);
        }
        let found = inbox::list(self.app, self.by, &few()).await?;
        let runs = found.items.into_iter().map(|item| RunLine {
            run_id: item.run_id,
            name: item.run,
            status: "waiting".to_owned(),
            error: Some(item.prompt),
        });
        let runs: Vec<RunLine> = runs.collect();
        let title = if runs.is_empty() {
            "Nothing waits for a person."
        } else {
            "Waiting for a person"
        };
        Ok(Some(Card::Runs {
            title: title.to_owned(),
            runs,
        }))
    }

    async fn history(&self) -> Result<Option<Card>, Error> {
        if !self.has_any(&HISTORY) {
            return Ok(None);
        }
        let failures = self
            .words
            .iter()
            .any(|word| word.starts_with("fail") || word.starts_with("error"));
        let filter = RunFilter {
            status: if failures {
                vec!["failed".to_owned()]
            } else {
                Vec::new()
            },
            ..RunFilter::default()
        };
        let found = runs::list(self.app, self.by, &filter, &few()).await?;
        let title = match (found.items.is_empty(), failures) {
            (true, true) => "No run has failed.",
            (true, false) => "There are no runs yet.",
            (false, true) => "Latest failures",
            (false, false) => "Latest runs",
        };
        Ok(Some(Card::Runs {
            title: title.to_owned(),
            runs: found.items.into_iter().map(line).collect(),
        }))
    }
}

fn few() -> PageRequest {
    PageRequest {
        limit: Some(RUNS),
        cursor: None,
    }
}

fn line(run: RunSummary) -> RunLine {
    RunLine {
        run_id: run.id,
        name: run.name,
        status: run.status.as_str().to_owned(),
        error: run.error.map(|error| error.message),
    }
}

/// The agent that has the recipe attached, else the first.
fn runner<'a>(agents: &'a [Agent], recipe: &str) -> Option<&'a Agent> {
    let attached = agents
        .iter()
        .find(|agent| agent.recipes.iter().any(|name| name == recipe));
    attached.or(agents.first())
}

/// A text as words in lower case.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || "@._-".contains(c)))
        .map(|word| word.trim_matches(['.', '-', '_']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A word without its ending, so that `rooms`, `room` and `resets`, `resetting` meet.
fn stem(word: &str) -> String {
    let stem = ["ting", "ing", "ed", "es", "s"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.len() > 2));
    stem.unwrap_or(word).to_owned()
}

/// States whether all words stand one after another in `all`.
fn is_within(words: &[String], all: &[String]) -> bool {
    !words.is_empty() && all.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_addresses_and_numbers() {
        assert_eq!(
            words("Reset the projector in 204, please: boardroom-1@example.com!"),
            [
                "reset",
                "the",
                "projector",
                "in",
                "204",
                "please",
                "boardroom-1@example.com"
            ]
        );
        assert_eq!(stem("resets"), stem("resetting"));
        assert!(is_within(
            &words("zoom room"),
            &words("is the zoom room ok")
        ));
    }
}
