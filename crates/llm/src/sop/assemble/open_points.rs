//! What a good recipe says and the procedure does not: a proof, a way back, a limit.

use super::phases::Phases;
use super::written::USUAL_LIMIT;
use crate::sop::calls::Yaml;
use crate::sop::reading::{Piece, Read, Role};
use crate::sop::words::plain;
use crate::sop::{Assumption, Question, Request};

/// Takes what answers say, and asks for the rest.
pub(super) fn open_points(phases: &mut Phases, read: &mut Read, request: Request<'_>) {
    let proves = |piece: &Piece| {
        ["check", "manual"]
            .iter()
            .any(|verb| piece.step.iter().any(|(key, _)| key == verb))
    };
    let does_something = !(phases.act.is_empty() && phases.plan.is_empty());
    if does_something && !phases.verify.iter().any(proves) {
        match request
            .answers
            .get("verify")
            .filter(|answer| !answer.trim().is_empty())
        {
            Some(answer) => phases.verify.push(Piece {
                role: Role::Look,
                step: vec![(
                    "manual".to_owned(),
                    Yaml::Text(format!("Verify: {}", plain(answer))),
                )],
                line: 0,
                text: String::new(),
            }),
            None => read.questions.push(Question {
                id: "verify".to_owned(),
                line: None,
                text: "How can one tell that it worked? The procedure does not say.".to_owned(),
            }),
        }
    }
    if !phases.act.is_empty() && phases.rollback.is_empty() {
        match request
            .answers
            .get("rollback")
            .filter(|answer| !answer.trim().is_empty())
        {
            Some(answer) => phases.rollback.push(Piece {
                role: Role::Do,
                step: vec![("manual".to_owned(), Yaml::Text(plain(answer)))],
                line: 0,
                text: String::new(),
            }),
            None => read.questions.push(Question {
                id: "rollback".to_owned(),
                line: None,
                text: "What is to be done when it fails? The procedure does not say.".to_owned(),
            }),
        }
    }
    if read.limit.is_none() {
        read.assumptions.push(Assumption {
            line: None,
            text: format!("A run may take {USUAL_LIMIT} minutes, waits for people not counted: the procedure names no limit."),
        });
    }
}
