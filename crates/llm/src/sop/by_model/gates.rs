//! What holds for a draft whatever a model said: hazards wait for a person, and no line is lost without a word.

use std::collections::BTreeSet;

use avops_recipe::{Effect, Vocabulary};

use super::answer::Answer;
use super::build::{Bench, Built, effect};
use super::visible;
use crate::sop::assemble::phases::asked;
use crate::sop::calls::Yaml;
use crate::sop::lines::LineKind;
use crate::sop::reading::meaning::asks_for_approval;
use crate::sop::reading::{Piece, Read, Role};
use crate::sop::words::{HAZARD, plain};

impl Built {
    /// Puts an approval before every hazardous call that has none.
    pub(super) fn gate(&mut self, vocabulary: &Vocabulary) {
        let mut approved: Option<(usize, Option<Yaml>)> = None;
        for piece in &self.phases.plan {
            if piece.role == Role::Approve {
                approved = Some((piece.line, when(piece)));
            }
        }
        let mut gated = Vec::new();
        let mut added = Vec::new();
        let mut covers: Option<usize> = None;
        for piece in std::mem::take(&mut self.phases.act) {
            if piece.role == Role::Approve {
                approved = Some((piece.line, when(&piece)));
                covers = None;
            } else if is_hazardous(&piece, vocabulary) && covers != Some(piece.line) {
                // A yes that is asked for only sometimes covers only what happens as seldom.
                let is_asked = approved
                    .take()
                    .is_some_and(|(_, asked)| asked.is_none() || asked == when(&piece));
                if !is_asked {
                    added.push(piece.line);
                    gated.push(approval(&piece));
                }
                covers = Some(piece.line);
            }
            gated.push(piece);
        }
        self.phases.act = gated;
        // In verify no approval can be asked for, and nothing hazardous proves anything.
        let (kept, hazards): (Vec<Piece>, Vec<Piece>) = std::mem::take(&mut self.phases.verify)
            .into_iter()
            .partition(|piece| !is_hazardous(piece, vocabulary));
        self.phases.verify = kept;
        for piece in hazards {
            added.push(piece.line);
            self.phases.act.push(approval(&piece));
            self.phases.act.push(piece);
        }
        for line in added {
            self.fault(format!(
                "line {line}: a hazardous action has no `approve` right before it"
            ));
            self.assume(
                Some(line),
                "This is hazardous, so a person is asked before it.",
            );
        }
    }

    /// Accounts for every line. What the rules read as a prohibition or an approval, and the model dropped, is put back.
    pub(super) fn account(&mut self, bench: &Bench<'_>, answer: &Answer, rules: &Read) {
        let mut named: BTreeSet<usize> = self.read.used.clone();
        named.extend(self.all().map(|piece| piece.line));
        let waits = |piece: &&Piece| {
            matches!(piece.role, Role::Approve)
                || piece
                    .step
                    .iter()
                    .any(|(key, _)| ["check", "manual", "stop"].contains(&key.as_str()))
        };
        let kept: BTreeSet<usize> = self.all().filter(waits).map(|piece| piece.line).collect();
        let guards: Vec<Piece> = rules
            .guards
            .iter()
            .filter(|piece| !kept.contains(&piece.line))
            .cloned()
            .collect();
        let approvals: Vec<Piece> = rules
            .pieces
            .iter()
            .filter(|piece| piece.role == Role::Approve && asks_for_approval(&piece.text))
            .filter(|piece| !kept.contains(&piece.line))
            .cloned()
            .collect();
        let mut restored = BTreeSet::new();
        for piece in guards {
            restored.insert(piece.line);
            self.phases.plan.push(piece);
        }
        for piece in approvals {
            restored.insert(piece.line);
            let before = self
                .phases
                .act
                .iter()
                .position(|next| next.line >= piece.line);
            let at = before.unwrap_or(self.phases.act.len());
            self.phases.act.insert(at, piece);
        }
        for line in &restored {
            self.fault(format!("line {line} is a prohibition or an approval, and no `check`, `approve` or `manual` step comes from it"));
            self.assume(
                Some(*line),
                "The model left this safeguard out; the rules put it back.",
            );
        }
        self.room(rules, !restored.is_empty());
        named.extend(restored);
        let deeds: BTreeSet<usize> = rules
            .pieces
            .iter()
            .chain(&rules.failure)
            .map(|piece| piece.line)
            .collect();
        for line in bench.lines.iter().filter(|line| {
            !matches!(
                line.kind,
                LineKind::Blank | LineKind::Noise | LineKind::Heading
            )
        }) {
            if named.contains(&line.number) {
                continue;
            }
            let reason = answer
                .unused
                .iter()
                .find(|left| left.line == Some(line.number));
            match reason {
                Some(left) if deeds.contains(&line.number) => {
                    let why: String = visible(&left.text).chars().take(300).collect();
                    self.assume(
                        Some(line.number),
                        format!("The model made nothing of this line: {why}"),
                    );
                }
                Some(_) => {}
                None => {
                    self.fault(format!(
                        "line {} is neither used nor listed under `unused`",
                        line.number
                    ));
                    self.assume(
                        Some(line.number),
                        "The model made nothing of this line, and gave no reason.",
                    );
                }
            }
        }
    }

    /// What the model reads into a line where the rules do not see it is an assumption.
    pub(super) fn compare(&mut self, bench: &Bench<'_>, rules: &Read) {
        let action = |piece: &Piece| {
            piece.step.iter().find_map(|(key, value)| match value {
                Yaml::Text(text) if key == "action" => Some(text.clone()),
                _ => None,
            })
        };
        let seen: BTreeSet<(usize, String)> = rules
            .pieces
            .iter()
            .chain(&rules.failure)
            .filter_map(|piece| Some((piece.line, action(piece)?)))
            .collect();
        let changing: Vec<(usize, String)> = self
            .all()
            .filter(|piece| {
                effect(piece, bench.vocabulary).is_some_and(|effect| effect != Effect::Read)
            })
            .filter_map(|piece| Some((piece.line, action(piece)?)))
            .filter(|read| !seen.contains(read))
            .collect();
        for (line, action) in changing {
            self.assume(
                Some(line),
                format!("The model reads this as `{action}`; the rules do not."),
            );
        }
    }

    /// Safeguards of the rules ask for the room under the name that the rules gave it.
    fn room(&mut self, rules: &Read, is_restored: bool) {
        let name = Yaml::Text(rules.room.clone());
        let is_asked = self.phases.intake.iter().any(|piece| {
            piece
                .step
                .iter()
                .any(|(key, value)| key == "as" && *value == name)
        });
        if is_restored && rules.room_used && !is_asked {
            self.phases.intake.push(asked(
                vec![("ask", Yaml::Text("Which room?".to_owned())), ("as", name)],
                None,
            ));
        }
    }

    fn all(&self) -> impl Iterator<Item = &Piece> {
        let phases = &self.phases;
        [&phases.plan, &phases.act, &phases.verify, &phases.rollback]
            .into_iter()
            .flatten()
    }
}

fn when(piece: &Piece) -> Option<Yaml> {
    piece
        .step
        .iter()
        .find(|(key, _)| key == "when")
        .map(|(_, value)| value.clone())
}

fn is_hazardous(piece: &Piece, vocabulary: &Vocabulary) -> bool {
    match effect(piece, vocabulary) {
        Some(Effect::Destructive) => true,
        Some(Effect::Write) => HAZARD.is_in(&piece.text),
        Some(Effect::Read) | None => false,
    }
}

/// The question before a hazardous call, asked whenever the call is made.
fn approval(piece: &Piece) -> Piece {
    let words = plain(piece.text.trim_end_matches(['.', '?', '!']));
    let mut step = vec![("approve".to_owned(), Yaml::Text(format!("{words}?")))];
    step.extend(when(piece).map(|when| ("when".to_owned(), when)));
    Piece {
        role: Role::Approve,
        step,
        line: piece.line,
        text: piece.text.clone(),
    }
}
