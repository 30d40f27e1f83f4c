//! How good a draft is, against what a person expects of it. Progress is measured with this, on procedures that were written
//! down with their expectations.

use avops_recipe::recipe::{Step, Verb};
use avops_recipe::{Phase, Source, Vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LineUse, TraceLine};

/// What a person expects of the draft of a procedure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// Steps that must be there, in their order: a part of `PHASE VERB DETAIL`, as in `act action pjlink.power_on`.
    pub steps: Vec<String>,
    /// Inputs that must be asked for, by name.
    pub inputs: Vec<String>,
    /// Steps that must lie behind an approval, or be done by a person.
    pub gated: Vec<String>,
    /// What must not be there.
    pub never: Vec<String>,
    /// Lines from which something must have come.
    pub mapped: Vec<usize>,
    /// The limit of a run, in minutes.
    pub minutes: Option<u64>,
}

impl Expected {
    /// Reads expectations as people write them down: YAML.
    ///
    /// # Errors
    /// What cannot be read, in words.
    pub fn read(yaml: &str) -> Result<Self, String> {
        serde_saphyr::from_str(yaml).map_err(|error| error.to_string())
    }
}

/// How good a draft is; each figure is a share from 0 to 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Score {
    /// Expected steps, inputs and the limit that are there.
    pub items: f64,
    /// Neighbours among the expected steps that are in order.
    pub order: f64,
    /// Hazards that are gated.
    pub gates: f64,
    /// 1 when nothing is there that must not be.
    pub sober: f64,
    /// Lines that were to be used and are.
    pub lines: f64,
    /// What is not as it was expected, in words.
    pub missed: Vec<String>,
}

impl Score {
    /// The mean of the figures.
    pub fn mean(&self) -> f64 {
        (self.items + self.order + self.gates + self.sober + self.lines) / 5.0
    }
}

/// Scores a draft. A draft that does not pass the validator scores nothing.
pub fn score(
    yaml: &str,
    trace: &[TraceLine],
    expected: &Expected,
    vocabulary: &Vocabulary,
) -> Score {
    let parsed = avops_recipe::parse(&Source::new("draft", yaml), vocabulary);
    let Some(recipe) = parsed.recipe else {
        return Score {
            missed: vec!["the draft does not pass the validator".to_owned()],
            ..Score::default()
        };
    };
    let mut flat = Vec::new();
    for phase in [Phase::Intake, Phase::Plan, Phase::Act, Phase::Verify] {
        flatten(phase.as_str(), recipe.steps(phase), &mut flat);
    }
    flatten("rollback", &recipe.guardrails.rollback, &mut flat);
    let find = |wanted: &str| {
        let wanted = wanted.to_lowercase();
        flat.iter().position(|step| step.contains(&wanted))
    };
    let places: Vec<Option<usize>> = expected.steps.iter().map(|step| find(step)).collect();
    let mut missed = Vec::new();
    let mut miss = |holds: bool, what: String| {
        if !holds {
            missed.push(what);
        }
        holds
    };
    let mut items: Vec<bool> = expected
        .steps
        .iter()
        .zip(&places)
        .map(|(step, place)| miss(place.is_some(), format!("no step {step:?}")))
        .collect();
    items.extend(expected.inputs.iter().map(|name| {
        let is_there = recipe.inputs.iter().any(|input| input.name == *name);
        miss(is_there, format!("no input {name:?}"))
    }));
    items.extend(expected.minutes.map(|minutes| {
        let limit = recipe.guardrails.timeout;
        let holds = limit.is_some_and(|limit| limit.as_secs() == minutes * 60);
        miss(holds, format!("no limit of {minutes} minutes"))
    }));
    let pairs = places.windows(2).zip(expected.steps.windows(2));
    let order: Vec<bool> = pairs
        .map(|(places, steps)| {
            let holds = matches!(places, [Some(a), Some(b)] if a <= b);
            // A step that is not there was told already.
            if let ([Some(_), Some(_)], [first, second]) = (places, steps) {
                miss(holds, format!("{second:?} does not come after {first:?}"));
            }
            holds
        })
        .collect();
    let gates: Vec<bool> = expected
        .gated
        .iter()
        .map(|wanted| {
            let holds = find(wanted).is_some_and(|at| {
                flat.get(at).is_some_and(|step| step.contains(" manual "))
                    || flat.iter().take(at).any(|step| step.contains(" approve "))
            });
            miss(holds, format!("{wanted:?} waits for nobody"))
        })
        .collect();
    let mapped = |line: &usize| {
        trace
            .iter()
            .any(|traced| traced.line == *line && traced.kind == LineUse::Mapped)
    };
    let lines: Vec<bool> = expected
        .mapped
        .iter()
        .map(|line| miss(mapped(line), format!("nothing came from line {line}")))
        .collect();
    let invented: Vec<&String> = expected
        .never
        .iter()
        .filter(|wanted| find(wanted).is_some())
        .collect();
    for wanted in &invented {
        miss(false, format!("{wanted:?} is there"));
    }
    Score {
        items: share(&items),
        order: share(&order),
        gates: share(&gates),
        sober: if invented.is_empty() { 1.0 } else { 0.0 },
        lines: share(&lines),
        missed,
    }
}

/// How many hold; all, when there are none.
#[expect(
    clippy::cast_precision_loss,
    reason = "a procedure has at most a thousand lines"
)]
fn share(holds: &[bool]) -> f64 {
    if holds.is_empty() {
        return 1.0;
    }
    holds.iter().filter(|hold| **hold).count() as f64 / holds.len() as f64
}

/// The steps of a phase as `PHASE VERB DETAIL`, in small letters.
fn flatten(phase: &str, steps: &[Step], flat: &mut Vec<String>) {
    for step in steps {
        let detail = match &step.verb {
            Verb::Input { name } => format!("input {name}"),
            Verb::Action(call) => format!("action {}.{}", call.tool, call.action),
            Verb::Check { condition, .. } => format!("check {}", condition.text()),
            Verb::Notify(notice) => {
                format!("notify {} {}", notice.target.text(), notice.text.text())
            }
            Verb::Approve { question, .. } => format!("approve {}", question.text()),
            Verb::Manual { instruction } => format!("manual {}", instruction.text()),
            Verb::Wait { duration } => format!("wait {}s", duration.as_secs()),
            Verb::If { condition, .. } => format!("if {}", condition.text()),
            Verb::Stop { reason } => format!("stop {}", reason.text()),
            Verb::Agent { .. } => "agent".to_owned(),
            Verb::Recipe { .. } => "recipe".to_owned(),
            Verb::Set { .. } => "set".to_owned(),
            Verb::Do { .. } => "do".to_owned(),
        };
        flat.push(format!("{phase} {detail}").to_lowercase());
        match &step.verb {
            Verb::If {
                then, otherwise, ..
            } => {
                flatten(phase, then, flat);
                flatten(phase, otherwise, flat);
            }
            Verb::Do { steps } => flatten(phase, steps, flat),
            _ => {}
        }
    }
}
