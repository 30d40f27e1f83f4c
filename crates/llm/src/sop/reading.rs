//! What the lines of a procedure mean: inputs, looks, deeds, notices, waits, approvals, branches, limits.

mod asking;
pub(super) mod branches;
mod clauses;
pub(super) mod meaning;
mod telling;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use avops_recipe::Vocabulary;
use regex::Regex;

use super::calls::{Need, Scene, Yaml};
use super::lines::{Line, LineKind, sentences, title};
use super::words::{Pattern, Section, limit, pattern, plain, section};
use super::{Assumption, Question};

/// What a step is for, which decides the phase it goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Asks for an input.
    Intake,
    /// Looks, and changes nothing.
    Look,
    /// Changes something.
    Do,
    /// Tells people.
    Say,
    /// Waits.
    Wait,
    /// Asks for a yes.
    Approve,
}

/// A step that came out of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) role: Role,
    /// Its keys in order, without `source`.
    pub(super) step: Vec<(String, Yaml)>,
    pub(super) line: usize,
    /// The words it came from.
    pub(super) text: String,
}

/// What the whole text came to.
#[derive(Default)]
pub(super) struct Read {
    pub(super) pieces: Vec<Piece>,
    /// Limits and prohibitions that hold before anything is touched.
    pub(super) guards: Vec<Piece>,
    /// What is done when it does not work.
    pub(super) failure: Vec<Piece>,
    pub(super) needs: Vec<Need>,
    pub(super) room: String,
    /// Whether the text itself asks for the room.
    pub(super) room_asked: bool,
    pub(super) room_used: bool,
    /// The room that the text names.
    pub(super) room_named: Option<(String, usize)>,
    pub(super) channel_used: bool,
    pub(super) limit: Option<Duration>,
    pub(super) title: Option<String>,
    pub(super) purpose: Option<String>,
    /// Lines from which something other than a step came.
    pub(super) used: BTreeSet<usize>,
    pub(super) headings: BTreeSet<usize>,
    pub(super) assumptions: Vec<Assumption>,
    pub(super) questions: Vec<Question>,
}

/// Reads on, line by line.
pub(super) struct Reader<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) read: Read,
    /// Where steps go: the text's own, or the side of a branch that is being read.
    pub(super) out: Vec<Piece>,
    pub(super) section: Section,
    /// A question whose answers the next lines give.
    pub(super) asked: Option<String>,
    /// Whether something was changed already.
    pub(super) acted: bool,
    /// The device that was spoken of last, for `it`.
    pub(super) thing: Option<&'static str>,
    /// The last look, for `if not`.
    pub(super) looked: Option<String>,
    /// Whether a condition follows the sentence that is being read.
    pub(super) leads_to_choice: bool,
    /// Whether `if not` or the like follows it.
    pub(super) leads_to_answer: bool,
    /// Who does it, where a table says so.
    pub(super) owner: Option<String>,
    /// How many conditions people were asked about.
    pub(super) conditions: usize,
    pub(super) clock: Option<String>,
    pub(super) answers: &'a BTreeMap<String, String>,
}

pattern!(LABEL, r"^([A-Za-z][A-Za-z /-]{2,28}):\s+(\S.*)$");
pattern!(
    ROOM_NAME,
    r"\b((?:[A-Z][\w&'-]+ ){0,2}(?:Room|Boardroom|Huddle|Auditorium|Lab|Theatre|Theater|Studio|Hall|Suite|Ballroom) (?:[A-Z]?\d[\w.-]*|[A-Z]\b)|\b[\w.+-]+@[\w-]+\.[\w.]+|(?i:room) \d[\w.-]*)"
);

pub(super) fn read<'a>(
    lines: &[Line],
    vocabulary: &'a Vocabulary,
    answers: &'a BTreeMap<String, String>,
) -> Read {
    let whole = lines
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let room = if whole.to_lowercase().contains("room_id") {
        "room_id"
    } else {
        "room"
    };
    let mut reader = Reader {
        scene: Scene {
            vocabulary,
            room: room.to_owned(),
            room_used: false,
            known: BTreeSet::new(),
            needs: Vec::new(),
            line: 0,
            restarted: false,
        },
        read: Read {
            pieces: Vec::new(),
            guards: Vec::new(),
            failure: Vec::new(),
            needs: Vec::new(),
            room: room.to_owned(),
            room_asked: false,
            room_used: false,
            room_named: room_named(lines),
            channel_used: false,
            limit: None,
            title: None,
            purpose: None,
            used: BTreeSet::new(),
            headings: BTreeSet::new(),
            assumptions: Vec::new(),
            questions: Vec::new(),
        },
        out: Vec::new(),
        section: Section::Steps,
        asked: None,
        acted: false,
        thing: None,
        looked: None,
        leads_to_choice: false,
        leads_to_answer: false,
        owner: None,
        conditions: 0,
        clock: None,
        answers,
    };
    reader.lines(lines);
    reader.read.pieces = std::mem::take(&mut reader.out);
    reader.read.needs = std::mem::take(&mut reader.scene.needs);
    reader.read.room_used = reader.scene.room_used;
    reader.read
}

/// The one room that the text names; of several, none.
fn room_named(lines: &[Line]) -> Option<(String, usize)> {
    let mut found: Option<(String, usize)> = None;
    for line in lines.iter().filter(|line| line.kind != LineKind::Noise) {
        if let Some(name) = ROOM_NAME.find(&line.body) {
            let name = name.as_str().trim_start_matches("Zoom ").trim().to_owned();
            match &found {
                Some((known, _)) if !known.eq_ignore_ascii_case(&name) => return None,
                Some(_) => {}
                None => found = Some((name, line.number)),
            }
        }
    }
    found
}

impl Reader<'_> {
    /// Reads lines in order; a condition takes the lines that are moved in under it.
    pub(super) fn lines(&mut self, lines: &[Line]) {
        let mut index = 0;
        while let Some(line) = lines.get(index) {
            index += 1;
            self.scene.line = line.number;
            match line.kind {
                LineKind::Blank => {}
                LineKind::Noise => self.letter(line),
                LineKind::Heading => self.heading(line),
                LineKind::Item | LineKind::Prose => {
                    self.clock.clone_from(&line.clock);
                    self.owner.clone_from(&line.owner);
                    let inner = lines.get(index..).map_or(0, |rest| children(line, rest));
                    let under = lines.get(index..index + inner).unwrap_or_default();
                    let next = lines
                        .get(index..)
                        .and_then(|rest| rest.iter().find(|line| line.kind != LineKind::Blank));
                    if self.line(line, under, next) {
                        index += inner;
                    }
                    self.clock = None;
                }
            }
        }
    }

    /// The head of a letter may name the procedure.
    fn letter(&mut self, line: &Line) {
        if self.read.title.is_none()
            && let Some(name) = title(&line.text)
        {
            self.read.title = Some(name.to_owned());
            self.read.used.insert(line.number);
        }
    }

    fn heading(&mut self, line: &Line) {
        self.read.headings.insert(line.number);
        if line.text.contains('|') {
            return;
        }
        let first = self.read.title.is_none() && self.out.is_empty();
        let named = section(&line.body);
        let listed = [
            "steps",
            "procedure",
            "process",
            "instructions",
            "actions",
            "tasks",
        ]
        .iter()
        .any(|word| line.body.eq_ignore_ascii_case(word));
        let short = line.body.split_whitespace().count() <= 1;
        if first && (named == Section::Steps || !short) && !listed && !line.text.ends_with(':') {
            let name = title(&line.body).unwrap_or(&line.body);
            self.read.title = Some(
                name.trim_start_matches("SOP")
                    .trim_matches([':', ' ', '-', '–'])
                    .to_owned(),
            );
            return;
        }
        self.section = named;
    }

    /// Reads one line; says whether it took the lines under it.
    fn line(&mut self, line: &Line, under: &[Line], next: Option<&Line>) -> bool {
        if self.read.title.is_none()
            && self.out.is_empty()
            && let Some(name) = title(&line.body)
        {
            self.read.title = Some(name.to_owned());
            self.read.used.insert(line.number);
            return false;
        }
        match self.section {
            Section::Notes => return false,
            Section::Purpose => {
                if self.read.purpose.is_none() {
                    self.read.purpose = sentences(&line.body).into_iter().next();
                    self.read.used.insert(line.number);
                }
                return false;
            }
            _ => {}
        }
        if let Some(found) = LABEL.captures(&line.body) {
            let named = section(&found[1]);
            let rest = found[2].to_owned();
            if named != Section::Steps {
                self.read.used.insert(line.number);
                return self.labelled(named, &rest, line, next);
            }
        }
        if let Some(length) = sentences(&line.body)
            .iter()
            .filter_map(|sentence| limit(sentence))
            .max()
        {
            self.limit(line.number, length);
        }
        if branches::opens(&line.body) {
            self.block(line, under);
            return true;
        }
        let mut all = sentences(&line.body);
        let continues = |text: &str| branches::is_answer(text);
        for index in 0..all.len() {
            let sentence = std::mem::take(&mut all[index]);
            let follows = all
                .get(index + 1)
                .map(String::as_str)
                .or(next.map(|line| line.body.as_str()));
            if sentence.ends_with('?') && follows.is_some_and(continues) {
                self.asked = Some(sentence);
                self.read.used.insert(line.number);
                continue;
            }
            self.leads_to_answer = follows.is_some_and(branches::is_answer);
            self.leads_to_choice = follows.is_some_and(branches::is_condition);
            self.sentence(&sentence, line);
        }
        false
    }

    /// A line that carries its own heading: `Purpose: …`, `Verification: …`.
    fn labelled(&mut self, named: Section, rest: &str, line: &Line, next: Option<&Line>) -> bool {
        let outer = std::mem::replace(&mut self.section, named);
        let line = Line {
            body: rest.to_owned(),
            kind: LineKind::Item,
            ..line.clone()
        };
        let took = self.line(&line, &[], next);
        self.section = outer;
        took
    }

    fn limit(&mut self, line: usize, length: Duration) {
        self.read.used.insert(line);
        // The longest of several: a limit on a part must not end the whole.
        if self.read.limit.is_none_or(|known| known < length) {
            self.read.limit = Some(length);
        }
    }

    /// Adds a step.
    pub(super) fn push(&mut self, role: Role, text: &str, step: Vec<(&str, Yaml)>) {
        self.acted |= role == Role::Do;
        let mut step: Vec<(String, Yaml)> = step
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        if let Some(clock) = &self.clock {
            let words: String = plain(text).chars().take(120).collect();
            step.push(("title".to_owned(), Yaml::Text(format!("{clock} {words}"))));
            let told = "The times of the timetable stand in the titles of the steps; nothing waits for them by itself.";
            self.assume(None, told);
        }
        self.out.push(Piece {
            role,
            step,
            line: self.scene.line,
            text: text.to_owned(),
        });
    }

    pub(super) fn assume(&mut self, line: Option<usize>, text: &str) {
        let known = self
            .read
            .assumptions
            .iter()
            .any(|known| known.text == text && known.line == line);
        if !known {
            self.read.assumptions.push(Assumption {
                line,
                text: text.to_owned(),
            });
        }
    }
}

/// How many of the lines that follow are moved in under this one. Under running text that ends with a colon, a list need not
/// be moved in.
fn children(line: &Line, rest: &[Line]) -> usize {
    if line.kind == LineKind::Prose
        && line.body.ends_with(':')
        && rest.first().is_some_and(|next| next.kind == LineKind::Item)
    {
        return rest
            .iter()
            .position(|next| next.kind != LineKind::Item)
            .unwrap_or(rest.len());
    }
    rest.iter()
        .position(|next| {
            next.kind == LineKind::Heading
                || (next.kind != LineKind::Blank && next.indent <= line.indent)
        })
        .unwrap_or(rest.len())
}
