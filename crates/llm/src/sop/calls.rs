//! Known verbs and things as calls of the tools that are there.
//!
//! A call is taken only where verb, thing and tool are clear. Arguments come out of the text; what the text does not say
//! becomes an input that a person is asked for.

mod desk;
mod devices;
mod outside;
mod rooms;

use std::collections::BTreeSet;

use avops_recipe::{Effect, Vocabulary};

use super::words::{Pattern, identifier, pattern};
use regex::Regex;

/// A value as a draft holds it; mappings keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Yaml {
    Text(String),
    Whole(i64),
    Number(f64),
    Flag(bool),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl serde::Serialize for Yaml {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => {
                serializer.collect_map(entries.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) tool: String,
    pub(super) action: String,
    pub(super) with: Vec<(String, Yaml)>,
    pub(super) effect: Effect,
    /// The name under which later steps see its result.
    pub(super) result: String,
}

/// What was recognized in a clause.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    /// Calls in their order.
    pub(super) calls: Vec<Call>,
    /// What must hold after them.
    pub(super) check: Option<String>,
    /// The last call is repeated until this holds.
    pub(super) until: Option<String>,
    /// What was guessed.
    pub(super) assumption: Option<String>,
}

/// An input that the text leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) name: String,
    pub(super) question: String,
    pub(super) line: usize,
    /// `string`, `datetime`, `integer`.
    pub(super) kind: &'static str,
}

/// What is known while the text is read.
pub(super) struct Scene<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    /// Name of the input that says which room.
    pub(super) room: String,
    /// Whether something needed the room.
    pub(super) room_used: bool,
    /// Results that earlier steps bound.
    pub(super) known: BTreeSet<String>,
    /// Inputs that somebody must give.
    pub(super) needs: Vec<Need>,
    /// The line that is being read.
    pub(super) line: usize,
    /// Whether something was restarted before.
    pub(super) restarted: bool,
}

impl Scene<'_> {
    /// The room as a template.
    fn room(&mut self) -> Yaml {
        self.room_used = true;
        Yaml::Text(format!("{{{{ intake.{} }}}}", self.room))
    }

    /// A call of an action that is there; nothing when it is not.
    fn call(&self, tool: &str, action: &str, with: Vec<(&str, Yaml)>) -> Option<Call> {
        let spec = self.vocabulary.action(tool, action)?;
        Some(Call {
            tool: tool.to_owned(),
            action: spec.name.clone(),
            with: with
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            effect: spec.effect,
            result: spec.result_name().to_owned(),
        })
    }

    /// An input that somebody must give, as a template.
    fn need(&mut self, name: &str, question: &str) -> Yaml {
        self.typed_need(name, question, "string")
    }

    fn typed_need(&mut self, name: &str, question: &str, kind: &'static str) -> Yaml {
        if !self.needs.iter().any(|need| need.name == name) {
            self.needs.push(Need {
                name: name.to_owned(),
                question: question.to_owned(),
                line: self.line,
                kind,
            });
        }
        Yaml::Text(format!("{{{{ intake.{name} }}}}"))
    }

    fn knows(&self, result: &str) -> bool {
        self.known.contains(result)
    }
}

/// A clause, in the forms that patterns look at.
pub(super) struct Clause<'t> {
    /// As it stands.
    pub(super) text: &'t str,
    /// In small letters.
    pub(super) lower: String,
    words: Vec<String>,
}

impl<'t> Clause<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let lower = text.to_lowercase().replace(['’', '‘'], "'");
        let words = lower
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        Self { text, lower, words }
    }

    /// States whether any of these words (or phrases) is in it.
    pub(super) fn has(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|wanted| {
            if wanted.contains(' ') || wanted.contains('&') {
                self.lower.contains(wanted)
            } else {
                self.words.iter().any(|word| word == wanted)
            }
        })
    }

    pub(super) fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    pub(super) fn words(&self) -> &[String] {
        &self.words
    }
}

pub(super) const CHECKS: &[&str] = &[
    "check",
    "verify",
    "confirm",
    "ensure",
    "make sure",
    "validate",
    "test",
    "inspect",
    "see",
    "see that",
    "see if",
    "look",
    "assess",
    "examine",
    "double-check",
    "re-check",
    "recheck",
    "review",
    "preflight",
    "is",
    "are",
    "should",
    "must",
    "monitor",
    "read",
    "get",
    "query",
    "ask",
    "status",
];
pub(super) const RESTARTS: &[&str] = &[
    "restart",
    "reboot",
    "re-boot",
    "power-cycle",
    "power cycle",
    "restarting",
    "rebooting",
    "reset",
    "recycle",
];

pattern!(NUMBER, r"(-?\d+(?:\.\d+)?)");
pattern!(QUOTED, r#"["“”„']([^"“”„']{1,200})["“”„']"#);
pattern!(CHANNEL, r"#([a-z0-9][a-z0-9_-]{1,78})");

/// The first number of a text.
fn number(text: &str) -> Option<f64> {
    NUMBER.captures(text)?.get(1)?.as_str().parse().ok()
}

fn whole(text: &str) -> Option<i64> {
    NUMBER.captures(text)?.get(1)?.as_str().parse().ok()
}

/// What stands in quotes.
pub(super) fn quoted(text: &str) -> Option<&str> {
    Some(QUOTED.captures(text)?.get(1)?.as_str().trim())
}

/// The channel that a text names.
pub(super) fn channel(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let found = CHANNEL.captures(&lower)?.get(1)?.as_str();
    // `#1` is a number, not a channel.
    found
        .chars()
        .any(char::is_alphabetic)
        .then(|| format!("#{found}"))
}

/// The calls that a clause means, where that is clear.
pub(super) fn recognise(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let ticket = clause.has(&[
        "ticket", "tickets", "incident", "story", "calendar", "booking",
    ]);
    let desk = ticket.then(|| desk::recognise(clause, scene)).flatten();
    desk.or_else(|| rooms::recognise(clause, scene).filter(|_| !ticket))
        .or_else(|| desk::recognise(clause, scene))
        .or_else(|| outside::recognise(clause, scene))
}

/// The condition that a text states about something that a tool can read, with the reads that it needs.
pub(super) fn condition(text: &str, scene: &mut Scene<'_>) -> Option<Found> {
    rooms::condition(&Clause::new(text), scene)
}

/// The name for an input that holds a thing of the text.
fn input_name(thing: &str) -> String {
    let name = identifier(thing);
    if name.is_empty() {
        "value".to_owned()
    } else {
        name
    }
}
