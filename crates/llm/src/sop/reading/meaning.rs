//! What one instruction means.

use regex::Regex;

use super::super::calls::{CHECKS, Call, Clause, Yaml, condition, recognise};
use super::super::lines::{Line, LineKind};
use super::super::words::{HAZARD, Pattern, Section, duration, pattern, plain, spelt};
use super::asking::FACTS;
use super::clauses::{bare, split, starts_with_verb};
use super::{Reader, Role};
use avops_recipe::Effect;

pattern!(
    NEVER,
    r"(?i)^(?:do not|don't|never|avoid|must not|under no circumstances|no (?:restarts?|reboots?|updates?|changes?|food|drinks?))\b"
);
pattern!(
    APPROVAL,
    r"(?i)\b(approval|permission|authori[sz]ation|go-ahead|sign-off|consent|green light|ok(?:ay)? (?:from|of|by)|approved? by|must approve|approves)\b"
);
pattern!(
    AFTER_APPROVAL,
    r"(?i)^(.+?),?\s+(?:only\s+)?(?:after|once|with|upon|following)\s+((?:an? |the |written |explicit )?(?:approval|permission|authori[sz]ation|go-ahead|sign-off|consent|ok).*|.* approves.*)$"
);
pattern!(
    AFTER_TIME,
    r"(?i)^after ((?:\d+|an?|one|two|three|five|ten|fifteen|thirty)[ -]?\w+),?\s+(.+)$"
);
pattern!(
    ASKED_TO_ACT,
    r"(?i)^(?:ask|request)\s+(?:the |a )?[\w /'-]{2,40}?\s+to\s+[a-z]+"
);
pattern!(
    STATES,
    r"(?i)^(?:no |the |all |every |each )?[\w/-]+(?: [\w/-]+){0,5}? (?:is|are|shows?|complies|has|have|works?|responds?)\b"
);

/// States whether a text asks for somebody's yes.
pub(in crate::sop) fn asks_for_approval(text: &str) -> bool {
    APPROVAL.is_in(text) && !NEVER.is_in(text)
}

impl Reader<'_> {
    /// A sentence: a condition, or instructions one after another.
    pub(super) fn sentence(&mut self, sentence: &str, line: &Line) {
        if self.section != Section::Failure && self.conditional(sentence, line) {
            return;
        }
        if self.section == Section::Failure {
            let outer = std::mem::take(&mut self.out);
            if !self.conditional(sentence, line) {
                self.plain_sentence(sentence, true);
            }
            let inner = std::mem::replace(&mut self.out, outer);
            self.fail(inner);
            return;
        }
        self.plain_sentence(sentence, line.kind == LineKind::Item);
    }

    /// Instructions; `listed` ones are instructions even where no verb says so.
    pub(super) fn plain_sentence(&mut self, sentence: &str, listed: bool) {
        if self.asks(sentence) {
            return;
        }
        // A yes belongs to its own instruction, where a sentence has several.
        let alone = self.section == Section::Intake || split(sentence).len() < 2;
        if alone && self.approval(sentence) {
            return;
        }
        if let Some(found) = AFTER_TIME.captures(sentence)
            && let Some(length) = duration(&found[1])
        {
            self.push(
                Role::Wait,
                sentence,
                vec![("wait", Yaml::Text(spelt(length)))],
            );
            let rest = found[2].to_owned();
            self.plain_sentence(&rest, listed);
            return;
        }
        let parts = if self.section == Section::Intake {
            vec![bare(sentence)]
        } else {
            split(sentence)
        };
        for part in parts {
            if self.approval(&part) {
                continue;
            }
            self.instruction(part.trim_end_matches(['.', ';', ',']).trim(), listed);
        }
    }

    fn approval(&mut self, sentence: &str) -> bool {
        if !asks_for_approval(sentence) {
            return false;
        }
        let (deed, question) = match AFTER_APPROVAL.captures(sentence) {
            Some(found) => (Some(found[1].to_owned()), found[2].to_owned()),
            None => (None, sentence.to_owned()),
        };
        let question = format!("{}?", plain(question.trim_end_matches(['.', '?', '!'])));
        self.push(
            Role::Approve,
            sentence,
            vec![("approve", Yaml::Text(question))],
        );
        if let Some(deed) = deed {
            for part in split(&deed) {
                self.instruction(part.trim_end_matches('.'), true);
            }
        }
        true
    }

    fn instruction(&mut self, said: &str, listed: bool) {
        let meant = self.spoken_of(said);
        let text = meant.as_deref().unwrap_or(said);
        let clause = Clause::new(text);
        if super::branches::stops(text)
            && !clause.has(&[
                "stream",
                "recording",
                "broadcast",
                "show",
                "meeting",
                "webinar",
                "music",
                "share",
                "sharing",
            ])
            && text.split_whitespace().count() <= 6
        {
            let reason = plain(text);
            self.push(Role::Look, text, vec![("stop", Yaml::Text(reason))]);
            return;
        }
        if NEVER.is_in(text) {
            self.prohibition(text);
            return;
        }
        if ASKED_TO_ACT.is_in(text) {
            self.manual(text);
            return;
        }
        let strong =
            ["ask", "gather", "collect", "obtain", "capture", "find"].contains(&clause.first());
        if (strong || self.section == Section::Intake) && self.gathers(text, &clause) {
            return;
        }
        if self.waits(text, &clause) || self.tells(text, &clause) || self.calls(text, &clause) {
            return;
        }
        if !strong && clause.has(FACTS) && self.gathers(text, &clause) {
            return;
        }
        let verb = starts_with_verb(text);
        let states = STATES.is_in(text);
        let proves = listed && (self.section == Section::After || states);
        if proves
            && !verb
            && let Some(found) = condition(text, &mut self.scene)
        {
            for call in found.calls {
                self.call(text, call, None);
            }
            let check = found.check.unwrap_or_default();
            let message = format!("not so: {}", plain(text));
            self.push(
                Role::Look,
                text,
                vec![
                    ("check", Yaml::Text(check)),
                    ("message", Yaml::Text(message)),
                ],
            );
            return;
        }
        if self.section == Section::Before && listed && !verb {
            let words = format!("Make sure of this: {}", plain(text));
            self.push(Role::Look, text, vec![("manual", Yaml::Text(words))]);
            return;
        }
        if verb && clause.has(CHECKS) && CHECKS.contains(&clause.first()) || proves && !verb {
            let words = if verb {
                plain(text)
            } else {
                format!("Verify: {}", plain(text))
            };
            self.looked = Some(text.to_owned());
            if !(verb && self.leads_to_answer) {
                self.push(Role::Look, text, vec![("manual", Yaml::Text(words))]);
            }
        } else if verb || listed {
            self.manual(text);
        }
    }

    /// What `it` stands for, where a device was spoken of before.
    fn spoken_of(&mut self, text: &str) -> Option<String> {
        let clause = Clause::new(text);
        let things: [(&'static str, &[&str]); 4] = [
            ("projector", &["projector", "beamer", "display"]),
            ("Q-SYS core", &["q-sys", "qsys", "dsp", "core"]),
            ("switcher", &["switcher", "matrix", "extron"]),
            ("Zoom Room", &["zoom room"]),
        ];
        if let Some((thing, _)) = things.into_iter().find(|(_, words)| clause.has(words)) {
            self.thing = Some(thing);
            return None;
        }
        let thing = self.thing.filter(|_| clause.has(&["it"]))?;
        Some(
            format!(" {text} ")
                .replacen(" it ", &format!(" the {thing} "), 1)
                .trim()
                .to_owned(),
        )
    }

    fn manual(&mut self, text: &str) {
        if self.section != Section::Failure && HAZARD.is_in(text) {
            self.assume(
                Some(self.scene.line),
                "A person does this: no tool here can, and it is hazardous.",
            );
        }
        let words = match &self.owner {
            Some(owner) => format!("{} ({})", plain(text), plain(owner)),
            None => plain(text),
        };
        self.push(Role::Do, text, vec![("manual", Yaml::Text(words))]);
    }

    /// What must not be done is looked at before anything is touched.
    fn prohibition(&mut self, text: &str) {
        let outer = std::mem::take(&mut self.out);
        let clause = Clause::new(text);
        let busy = clause.has(&[
            "meeting",
            "live",
            "session",
            "event",
            "in use",
            "occupied",
            "broadcast",
            "call",
        ]);
        let found = busy
            .then(|| condition("the room is not in a meeting", &mut self.scene))
            .flatten();
        if let Some(found) = found {
            for call in found.calls {
                self.call(text, call, None);
            }
            let check = found.check.unwrap_or_default();
            self.push(
                Role::Look,
                text,
                vec![
                    ("check", Yaml::Text(check)),
                    ("message", Yaml::Text(plain(text))),
                ],
            );
        } else {
            let words = format!("Keep to this: {}", plain(text));
            self.push(Role::Look, text, vec![("manual", Yaml::Text(words))]);
        }
        let guards = std::mem::replace(&mut self.out, outer);
        self.read.guards.extend(guards);
    }

    /// Calls of tools, behind an approval where they are hazardous.
    fn calls(&mut self, text: &str, clause: &Clause<'_>) -> bool {
        let needs = self.scene.needs.clone();
        let used = self.scene.room_used;
        let Some(found) =
            recognise(clause, &mut self.scene).filter(|found| !found.calls.is_empty())
        else {
            self.scene.needs = needs;
            self.scene.room_used = used;
            return false;
        };
        if let Some(assumption) = &found.assumption {
            self.assume(Some(self.scene.line), assumption);
        }
        let changes = found.calls.iter().any(|call| call.effect != Effect::Read);
        let destroys = found
            .calls
            .iter()
            .any(|call| call.effect == Effect::Destructive);
        if changes && (destroys || HAZARD.is_in(text)) {
            if self.section == Section::Failure {
                self.manual(text);
                return true;
            }
            let asked = self
                .out
                .last()
                .is_some_and(|piece| piece.role == Role::Approve);
            if !asked {
                let question = format!("{}?", plain(text));
                self.push(Role::Approve, text, vec![("approve", Yaml::Text(question))]);
                self.assume(
                    Some(self.scene.line),
                    "This is hazardous, so a person is asked before it.",
                );
            }
        }
        let last = found.calls.len() - 1;
        for (index, call) in found.calls.into_iter().enumerate() {
            let until = found.until.clone().filter(|_| index == last);
            self.call(text, call, until);
        }
        // A look that leads to a choice may find either.
        let open = self.leads_to_answer || self.leads_to_choice && clause.has(&["whether", "if"]);
        if found.check.is_some() {
            self.looked = Some(text.to_owned());
        }
        if open {
            return true;
        }
        if let Some(check) = found.check.filter(|_| found.until.is_none()) {
            let message = format!("not so: {}", plain(text));
            self.push(
                Role::Look,
                text,
                vec![
                    ("check", Yaml::Text(check)),
                    ("message", Yaml::Text(message)),
                ],
            );
        } else if let Some(until) = found.until {
            self.push(Role::Look, text, vec![("check", Yaml::Text(until))]);
        }
        true
    }

    /// Adds one call.
    pub(super) fn call(&mut self, text: &str, call: Call, until: Option<String>) {
        let role = if call.effect == Effect::Read {
            Role::Look
        } else {
            Role::Do
        };
        let mut step = vec![(
            "action",
            Yaml::Text(format!("{}.{}", call.tool, call.action)),
        )];
        if !call.with.is_empty() {
            step.push(("with", Yaml::Map(call.with)));
        }
        if let Some(until) = until {
            step.push(("until", Yaml::Text(until)));
            step.push(("every_s", Yaml::Whole(5)));
            let longest = duration(text).map_or(120, |length| length.as_secs().max(5));
            step.push((
                "timeout_s",
                Yaml::Whole(i64::try_from(longest).unwrap_or(120)),
            ));
        }
        self.scene.known.insert(call.result);

        // The same look again, with nothing changed since, would see the same.
        let seen = role == Role::Look
            && self
                .out
                .iter()
                .rev()
                .take_while(|piece| piece.role == Role::Look || piece.role == Role::Approve)
                .any(|piece| {
                    let call: Vec<_> = piece
                        .step
                        .iter()
                        .filter(|(key, _)| ["action", "with", "until"].contains(&key.as_str()))
                        .collect();
                    call.len() == step.len()
                        && call
                            .iter()
                            .zip(&step)
                            .all(|((key, value), (other, wanted))| key == other && value == wanted)
                });
        if !seen {
            self.push(role, text, step);
        }
    }
}
