//! What people are asked for: questions of the text, and things to be gathered.

use regex::Regex;

use super::super::calls::{Clause, Yaml};
use super::super::words::{Pattern, Section, identifier, pattern, plain};
use super::clauses::{bare, starts_with_verb};
use super::{Reader, Role};

pattern!(
    GATHERS,
    r"(?i)^(?:ask|gather|collect|obtain|capture|find out|get|note(?: down)?|record|identify|determine|request|write down|take)\s+(.+)$"
);
pattern!(
    WHAT,
    r"(?i)^(?:what|which|who|when|where|how many|how)(?: (?:is|are|does|do|will|was))?(?: the| an?)?\s+"
);
pattern!(
    OF_WHOM,
    r"(?i)^(?:the |an? |any |all )?(?:caller|user|requester|customer|client|organi[sz]er|presenter|reporter|person|host|contact)(?:'s)?\s*(?:for|about|what|which|:)?\s*"
);

/// Things that people are asked for.
pub(super) const FACTS: &[&str] = &[
    "room",
    "room_id",
    "name",
    "number",
    "id",
    "email",
    "e-mail",
    "date",
    "time",
    "contact",
    "poc",
    "location",
    "site",
    "building",
    "device",
    "serial",
    "error",
    "symptom",
    "symptoms",
    "description",
    "details",
    "type",
    "attendees",
    "audience",
    "title",
    "topic",
    "requester",
    "phone",
    "ticket",
    "priority",
    "floor",
    "language",
    "model",
    "options",
    "platform",
    "urgency",
    "impact",
    "code",
    "extension",
    "speaker",
    "presenters",
    "start",
    "end",
];

impl Reader<'_> {
    /// A question of the text is a question to whoever starts the run.
    pub(super) fn asks(&mut self, sentence: &str) -> bool {
        let before = !self.acted
            && matches!(
                self.section,
                Section::Intake | Section::Steps | Section::Before
            );
        if !before || !sentence.trim_end().ends_with('?') {
            return false;
        }
        let thing = sentence.trim_end_matches('?').trim();
        let clause = Clause::new(thing);
        let about = WHAT
            .find(thing)
            .map_or(thing, |found| &thing[found.end()..])
            .replace("'s", "")
            .replace('’', "");
        let closed = [
            "is", "are", "does", "do", "has", "have", "can", "will", "did",
        ]
        .contains(&clause.first());
        let name = if clause.has(&["room"]) && !closed {
            self.read.room_asked = true;
            self.scene.room.clone()
        } else {
            identifier(&about)
        };
        if name.is_empty() || self.is_asked(&name) {
            return !name.is_empty();
        }
        let question = format!("{}?", plain(thing));
        let mut step = vec![("ask", Yaml::Text(question)), ("as", Yaml::Text(name))];
        if closed {
            step.push(("type", Yaml::Text("boolean".to_owned())));
        }
        self.push(Role::Intake, sentence, step);
        true
    }

    /// Inputs, one for each thing that is named.
    pub(super) fn gathers(&mut self, text: &str, clause: &Clause<'_>) -> bool {
        let found = GATHERS.captures(text);
        let told = clause.has(&["the", "a", "an", "it", "that", "them"]);
        let listed = self.section == Section::Intake && !(told && starts_with_verb(text));
        if self.acted || (found.is_none() && !listed) {
            return false;
        }
        let mut things = found.map_or_else(|| text.to_owned(), |found| found[1].to_owned());
        if let Some(whom) = OF_WHOM
            .find(&things)
            .filter(|whom| !whom.as_str().trim().is_empty())
        {
            things = things[whom.end()..].to_owned();
        }
        let question = clause.has(&["if", "whether"]);
        let things = things
            .strip_prefix("for ")
            .map_or(things.clone(), str::to_owned);
        let parts: Vec<String> = if question {
            vec![things]
        } else {
            let things = things
                .replace(" and/or ", ", ")
                .replace(" and ", ", ")
                .replace(" or ", "/")
                .replace(" & ", ", ");
            things.split([',', ';']).map(str::to_owned).collect()
        };
        // A slash between single words lists things; elsewhere it is one thing said in two ways.
        let parts: Vec<String> = match parts.as_slice() {
            [only] if only.matches('/').count() >= 2 && !only.contains(' ') => {
                only.split('/').map(str::to_owned).collect()
            }
            _ => parts,
        };
        let mut pushed = false;
        for part in parts {
            let short = part.split('(').next().unwrap_or(&part);
            let words = short
                .trim()
                .trim_start_matches("the ")
                .trim_start_matches("a ")
                .trim_start_matches("an ")
                .trim_end_matches(['.', ':'])
                .trim();
            let about_room = Clause::new(words).has(&["room", "room_id"]);
            let name = if about_room {
                self.scene.room.clone()
            } else {
                identifier(words)
            };
            if name.is_empty() || words.split_whitespace().count() > 12 {
                continue;
            }
            self.read.room_asked |= about_room;
            pushed = true;
            if self.is_asked(&name) {
                self.read.used.insert(self.scene.line);
                continue;
            }
            let mut title = part.trim().trim_end_matches(['.', '?']).to_owned();
            title = plain(&bare(&title)).replace('_', " ");
            let mut step = vec![
                ("ask", Yaml::Text(format!("{title}?"))),
                ("as", Yaml::Text(name.clone())),
            ];
            if !Clause::new(text).has(&["if", "whether"])
                && (Clause::new(words).has(&["date"]) && !Clause::new(words).has(&["time"]))
            {
                step.push(("type", Yaml::Text("date".to_owned())));
            }
            if let Some(answer) = self.answers.get(&format!("input.{name}")) {
                step.push(("default", Yaml::Text(answer.clone())));
            }
            self.push(Role::Intake, text, step);
        }
        pushed
    }

    pub(super) fn is_asked(&self, name: &str) -> bool {
        let named = |piece: &super::Piece| {
            piece.role == Role::Intake
                && piece
                    .step
                    .iter()
                    .any(|(key, value)| key == "as" && *value == Yaml::Text(name.to_owned()))
        };
        self.out.iter().chain(&self.read.pieces).any(named)
    }
}
