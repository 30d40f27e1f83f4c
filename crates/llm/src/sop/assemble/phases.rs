//! Steps sorted into the four phases, and the inputs that they need.

use avops_recipe::Phase;

use crate::sop::calls::Yaml;
use crate::sop::reading::{Piece, Read, Role};
use crate::sop::words::plain;
use crate::sop::{Assumption, Question, Request};

/// The steps of the phases.
#[derive(Clone, Default)]
pub(in crate::sop) struct Phases {
    pub(in crate::sop) intake: Vec<Piece>,
    pub(in crate::sop) plan: Vec<Piece>,
    pub(in crate::sop) act: Vec<Piece>,
    pub(in crate::sop) verify: Vec<Piece>,
    pub(in crate::sop) rollback: Vec<Piece>,
}

impl Phases {
    pub(in crate::sop) fn of(&mut self, phase: Phase) -> &mut Vec<Piece> {
        match phase {
            Phase::Intake => &mut self.intake,
            Phase::Plan => &mut self.plan,
            Phase::Act => &mut self.act,
            Phase::Verify => &mut self.verify,
        }
    }
}

/// Sorts the steps into the phases. What lies before the first deed is planned, what lies behind the last one proves.
pub(super) fn sorted(request: Request<'_>, read: &mut Read) -> Phases {
    let mut phases = Phases {
        rollback: std::mem::take(&mut read.failure),
        ..Phases::default()
    };
    let (intake, rest): (Vec<Piece>, Vec<Piece>) = std::mem::take(&mut read.pieces)
        .into_iter()
        .partition(|piece| piece.role == Role::Intake);
    phases.intake = inputs(request, read);
    phases.intake.splice(0..0, intake);
    let first = rest.iter().position(|piece| piece.role == Role::Do);
    let Some(first) = first else {
        for piece in rest {
            match piece.role {
                Role::Approve | Role::Wait => phases.plan.push(piece),
                _ => phases.verify.push(piece),
            }
        }
        phases.plan.splice(0..0, std::mem::take(&mut read.guards));
        return phases;
    };
    let last = rest
        .iter()
        .rposition(|piece| matches!(piece.role, Role::Do | Role::Approve))
        .unwrap_or(first);
    // A yes right before the first deed belongs to it.
    let first = if first > 0 && rest[first - 1].role == Role::Approve {
        first - 1
    } else {
        first
    };
    for (index, piece) in rest.into_iter().enumerate() {
        if index < first {
            phases.plan.push(piece);
        } else if index <= last {
            phases.act.push(piece);
        } else {
            phases.verify.push(piece);
        }
    }
    phases.plan.append(&mut read.guards);
    phases
}

/// Inputs that the text needs and does not ask for.
fn inputs(request: Request<'_>, read: &mut Read) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let answer = |name: &str| request.answers.get(&format!("input.{name}")).cloned();
    let text = |text: String| Yaml::Text(plain(&text));
    if read.room_used && !read.room_asked {
        let mut step = vec![
            ("ask", Yaml::Text("Which room?".to_owned())),
            ("as", Yaml::Text(read.room.clone())),
        ];
        let line = read.room_named.as_ref().map(|(_, line)| *line);
        match answer(&read.room) {
            Some(room) => step.push(("default", text(room))),
            None => match &read.room_named {
                Some((room, line)) => {
                    step.push(("default", text(room.clone())));
                    read.assumptions.push(Assumption {
                        line: Some(*line),
                        text: format!("The room is {room} unless another one is given."),
                    });
                }
                None => read.questions.push(Question {
                    id: format!("input.{}", read.room),
                    line: None,
                    text: "Which room is it for? The procedure does not say; whoever starts a run is asked.".to_owned(),
                }),
            },
        }
        pieces.push(asked(step, line));
    }
    for need in std::mem::take(&mut read.needs) {
        let mut step = vec![
            ("ask", Yaml::Text(need.question.clone())),
            ("as", Yaml::Text(need.name.clone())),
        ];
        if need.kind != "string" {
            step.push(("type", Yaml::Text(need.kind.to_owned())));
        }
        match answer(&need.name) {
            Some(given) => step.push(("default", typed(need.kind, &given))),
            None => read.questions.push(Question {
                id: format!("input.{}", need.name),
                line: Some(need.line),
                text: need.question,
            }),
        }
        pieces.push(asked(step, Some(need.line)));
    }
    if read.channel_used {
        let given = answer("channel");
        if given.is_none() {
            read.questions.push(Question {
                id: "input.channel".to_owned(),
                line: None,
                text: "Which Slack channel? The procedure names none; #avops is meant until somebody says otherwise.".to_owned(),
            });
            read.assumptions.push(Assumption {
                line: None,
                text: "Messages go to #avops.".to_owned(),
            });
        }
        let channel = given.unwrap_or_else(|| "#avops".to_owned());
        pieces.push(asked(
            vec![
                ("gather", Yaml::Text("channel".to_owned())),
                ("default", text(channel)),
            ],
            None,
        ));
    }
    pieces
}

pub(in crate::sop) fn typed(kind: &str, given: &str) -> Yaml {
    match kind {
        "integer" => given
            .trim()
            .parse()
            .map_or_else(|_| Yaml::Text(plain(given)), Yaml::Whole),
        "number" => given
            .trim()
            .parse()
            .map_or_else(|_| Yaml::Text(plain(given)), Yaml::Number),
        _ => Yaml::Text(plain(given)),
    }
}

pub(in crate::sop) fn asked(step: Vec<(&str, Yaml)>, line: Option<usize>) -> Piece {
    Piece {
        role: Role::Intake,
        step: step
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
        line: line.unwrap_or(0),
        text: String::new(),
    }
}
