//! What was read, put into the four phases and written as a recipe that passes the validator.

use std::collections::BTreeSet;

use avops_recipe::recipe::{Step, Verb};
use avops_recipe::{Phase, Recipe, Severity, Source, Vocabulary};

use super::calls::Yaml;
use super::lines::{Line, LineKind};
use super::reading::branches::with_source;
use super::reading::{Piece, Read, Role};
use super::words::plain;
use super::{Assumption, Draft, LineUse, Question, Request, TraceLine};

/// The limit of a run where the procedure names none, in minutes.
const USUAL_LIMIT: i64 = 30;
/// So often a step that does not pass is replaced, before all of them are.
const MENDS: usize = 24;
/// Longest name of a recipe, in characters.
const LONGEST_NAME: usize = 100;

/// The steps of the phases.
#[derive(Default)]
struct Phases {
    intake: Vec<Piece>,
    plan: Vec<Piece>,
    act: Vec<Piece>,
    verify: Vec<Piece>,
    rollback: Vec<Piece>,
}

pub(super) fn assemble(
    request: Request<'_>,
    lines: &[Line],
    mut read: Read,
    vocabulary: &Vocabulary,
) -> Draft {
    let name = name(request, &mut read);
    let mut phases = phases(request, &mut read);
    open_points(&mut phases, &mut read, request);
    let mut mended = BTreeSet::new();
    let mut yaml = written(&name, lines, &read, &phases);
    for _ in 0..MENDS {
        let Some((phase, index)) = broken(&yaml, vocabulary) else {
            break;
        };
        let pieces = phases.of(phase);
        match pieces.get_mut(index) {
            // An input that cannot be asked for is none.
            Some(piece) if phase == Phase::Intake => {
                mended.insert(piece.line);
                pieces.remove(index);
            }
            Some(piece) if !is_manual(piece) => {
                mended.insert(piece.line);
                by_hand(piece);
            }
            _ => break,
        }
        yaml = written(&name, lines, &read, &phases);
    }
    if broken(&yaml, vocabulary).is_some() {
        for phase in [Phase::Plan, Phase::Act, Phase::Verify] {
            phases.of(phase).iter_mut().for_each(by_hand);
        }
        phases.rollback.clear();
        phases.intake.clear();
        yaml = written(&name, lines, &read, &phases);
    }
    for line in mended {
        read.questions.push(Question {
            id: format!("step.{line}"),
            line: Some(line),
            text: "This could not be made into a call that passes the checks, so a person does it. How is it done with a tool?".to_owned(),
        });
    }
    let trace = trace(&yaml, lines, &read, vocabulary);
    Draft {
        yaml,
        trace,
        assumptions: read.assumptions,
        questions: read.questions,
    }
}

impl Phases {
    fn of(&mut self, phase: Phase) -> &mut Vec<Piece> {
        match phase {
            Phase::Intake => &mut self.intake,
            Phase::Plan => &mut self.plan,
            Phase::Act => &mut self.act,
            Phase::Verify => &mut self.verify,
        }
    }
}

fn name(request: Request<'_>, read: &mut Read) -> String {
    let given = request
        .name
        .map(str::to_owned)
        .or_else(|| request.answers.get("name").cloned());
    let found = given.or_else(|| read.title.clone()).map(|name| {
        let clean: String = plain(&name).chars().take(LONGEST_NAME).collect();
        clean.trim().to_owned()
    });
    if let Some(name) = found.filter(|name| !name.is_empty()) {
        name
    } else {
        read.questions.push(Question {
            id: "name".to_owned(),
            line: None,
            text: "What is the procedure called?".to_owned(),
        });
        "Procedure from a text".to_owned()
    }
}

/// Sorts the steps into the phases. What lies before the first deed is planned, what lies behind the last one proves.
fn phases(request: Request<'_>, read: &mut Read) -> Phases {
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

fn typed(kind: &str, given: &str) -> Yaml {
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

fn asked(step: Vec<(&str, Yaml)>, line: Option<usize>) -> Piece {
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

/// What a good recipe says and the procedure does not.
fn open_points(phases: &mut Phases, read: &mut Read, request: Request<'_>) {
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

fn written(name: &str, lines: &[Line], read: &Read, phases: &Phases) -> String {
    let map = |entries: Vec<(&str, Yaml)>| {
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect::<Vec<_>>()
    };
    let said = lines
        .iter()
        .filter(|line| line.kind != LineKind::Blank)
        .count();
    let description = read.purpose.as_deref().map_or_else(
        || format!("Drafted from a procedure of {said} lines."),
        |text| plain(text).chars().take(300).collect(),
    );
    let risk = if phases
        .act
        .iter()
        .any(|piece| piece.step.iter().any(|(key, _)| key == "action"))
    {
        "medium"
    } else {
        "low"
    };
    let limit = match read.limit {
        Some(length) if length.as_secs() % 60 == 0 => (
            "timeout_minutes",
            i64::try_from(length.as_secs() / 60).unwrap_or(USUAL_LIMIT),
        ),
        Some(length) => (
            "timeout_s",
            i64::try_from(length.as_secs()).unwrap_or(USUAL_LIMIT * 60),
        ),
        None => ("timeout_minutes", USUAL_LIMIT),
    };
    let mut guardrails = vec![(limit.0.to_owned(), Yaml::Whole(limit.1))];
    if phases.rollback.is_empty() {
        guardrails.push((
            "no_rollback".to_owned(),
            Yaml::Text("the procedure names nothing to put back".to_owned()),
        ));
    } else {
        guardrails.push(("rollback_actions".to_owned(), list(&phases.rollback)));
    }
    let recipe = map(vec![
        ("name", Yaml::Text(name.to_owned())),
        ("description", Yaml::Text(description)),
        ("version", Yaml::Whole(1)),
        ("tags", Yaml::List(vec![Yaml::Text("from-sop".to_owned())])),
        ("risk", Yaml::Text(risk.to_owned())),
        ("intake", list(&phases.intake)),
        ("plan", list(&phases.plan)),
        ("act", list(&phases.act)),
        ("verify", list(&phases.verify)),
        ("guardrails", Yaml::Map(guardrails)),
    ]);
    // What is written are texts and numbers; there is nothing that could fail.
    serde_saphyr::to_string(&Yaml::Map(recipe)).unwrap_or_default()
}

fn list(pieces: &[Piece]) -> Yaml {
    let step = |piece: &Piece| {
        if piece.line == 0 || piece.text.is_empty() {
            piece.step.clone()
        } else {
            with_source(piece.clone())
        }
    };
    Yaml::List(pieces.iter().map(|piece| Yaml::Map(step(piece))).collect())
}

fn is_manual(piece: &Piece) -> bool {
    piece.step.len() == 1 && piece.step.iter().any(|(key, _)| key == "manual")
}

/// Makes a step one that a person does, with the words it came from.
fn by_hand(piece: &mut Piece) {
    let words = if piece.text.is_empty() {
        "Go on by the procedure".to_owned()
    } else {
        plain(&piece.text)
    };
    piece.step = vec![("manual".to_owned(), Yaml::Text(words))];
}

/// The step in which the first error lies.
fn broken(yaml: &str, vocabulary: &Vocabulary) -> Option<(Phase, usize)> {
    let source = Source::new("draft", yaml);
    let parsed = avops_recipe::parse(&source, vocabulary);
    let error = parsed
        .diagnostics
        .iter()
        .find(|problem| problem.severity == Severity::Error)?;
    let wanted = source.position(error.span.start).line;
    let mut at = (Phase::Act, 0);
    let mut phase = None;
    let mut dash: Option<usize> = None;
    let mut count = 0;
    for (index, line) in yaml.lines().enumerate() {
        if index + 1 > wanted {
            break;
        }
        let key = [Phase::Intake, Phase::Plan, Phase::Act, Phase::Verify]
            .into_iter()
            .find(|phase| line.starts_with(&format!("{}:", phase.as_str())));
        if let Some(key) = key {
            (phase, dash, count) = (Some(key), None, 0);
        } else if !line.starts_with([' ', '-']) {
            phase = None;
        }
        let indent = line.len() - line.trim_start().len();
        if let Some(phase) = phase
            && line.trim_start().starts_with("- ")
            && dash.is_none_or(|dash| dash == indent)
        {
            dash = Some(indent);
            at = (phase, count);
            count += 1;
        }
    }
    Some(at)
}

fn trace(yaml: &str, lines: &[Line], read: &Read, vocabulary: &Vocabulary) -> Vec<TraceLine> {
    let parsed = avops_recipe::parse(&Source::new("draft", yaml), vocabulary);
    let mut ids: Vec<(usize, String)> = Vec::new();
    if let Some(recipe) = &parsed.recipe {
        collect(recipe, &mut ids);
    }
    lines
        .iter()
        .filter(|line| line.kind != LineKind::Blank)
        .map(|line| {
            let steps: Vec<String> = ids
                .iter()
                .filter(|(from, _)| *from == line.number)
                .map(|(_, id)| id.clone())
                .collect();
            let kind = if !steps.is_empty() || read.used.contains(&line.number) {
                LineUse::Mapped
            } else if read.headings.contains(&line.number) {
                LineUse::Heading
            } else {
                LineUse::Unused
            };
            TraceLine {
                line: line.number,
                text: line.text.clone(),
                steps,
                kind,
            }
        })
        .collect()
}

/// The lines that steps came from, with the ids of the steps.
fn collect(recipe: &Recipe, ids: &mut Vec<(usize, String)>) {
    for phase in [Phase::Intake, Phase::Plan, Phase::Act, Phase::Verify] {
        below(recipe.steps(phase), ids);
    }
    below(&recipe.guardrails.rollback, ids);
}

fn below(steps: &[Step], ids: &mut Vec<(usize, String)>) {
    for step in steps {
        if let Some(line) = step.source.as_ref().and_then(|source| source.line) {
            ids.push((usize::try_from(line).unwrap_or(usize::MAX), step.id.clone()));
        }
        match &step.verb {
            Verb::If {
                then, otherwise, ..
            } => {
                below(then, ids);
                below(otherwise, ids);
            }
            Verb::Do { steps } => below(steps, ids),
            _ => {}
        }
    }
}
