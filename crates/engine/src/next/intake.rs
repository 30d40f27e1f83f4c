//! Inputs: which are given, which a person must still give, and whether they fit.

use serde_json::{Map, Value, json};

use avops_recipe::{Input, InputKind, Step, Verb};

use super::place::Place;
use super::step::{Progress, Walk, done};
use super::words;
use crate::event::Event;
use crate::gate::Gate;
use crate::guardrail::{later, person_limit};
use crate::history::Stage;
use crate::library::Program;
use crate::run::{NewRun, StepKey, WaitReason};

/// Most bytes that the inputs of a run may have as JSON.
const MOST_INPUT_BYTES: usize = 256 * 1024;

impl<'a> Walk<'a> {
    pub(super) fn input(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        name: &str,
        following: &'a [Step],
    ) -> Progress {
        let Some(input) = find(self.program, name) else {
            let error = format!("the recipe has no input {name}");
            return self.fail(step, place, key, Value::Null, error, None);
        };
        let begun = self.history.step(&key).map(|record| &record.stage);
        match begun {
            Some(Stage::Gate(gate)) if gate.until.is_some_and(|until| until <= self.now) => {
                return self.nobody_answered(key);
            }
            Some(Stage::Gate(gate)) => return self.wake_at(gate.until),
            Some(Stage::Answered { signal: None, .. }) => {
                let error = "nobody answered in time".to_owned();
                return self.fail(step, place, key, Value::Null, error, None);
            }
            _ => {}
        }
        let is_new = begun.is_none();
        let value = match (self.history.given().get(name), &input.default) {
            (Some(given), _) => match fitting(input, given) {
                Ok(value) => value,
                Err(error) => return self.fail(step, place, key, Value::Null, error, None),
            },
            (None, Some(default)) => default.clone(),
            (None, None) if !input.required => Value::Null,
            (None, None) => return self.ask_for_inputs(step, place, key, input, following),
        };
        if is_new {
            let started = self.started(step, place, &key, json!({"question": input.question}));
            self.events.push(started);
        }
        self.emit([done(key, Some(name.to_owned()), value, None)])
    }

    /// One gate for everything that is missing, so that a person answers once.
    fn ask_for_inputs(
        &mut self,
        step: &'a Step,
        place: &Place,
        key: StepKey,
        input: &Input,
        following: &'a [Step],
    ) -> Progress {
        let mut missing = vec![input];
        for step in following {
            let Verb::Input { name } = &step.verb else {
                continue;
            };
            if let Some(input) = find(self.program, name)
                && step.when.is_none()
                && input.default.is_none()
                && !self.history.given().contains_key(name)
            {
                missing.push(input);
            }
        }
        let started = self.started(step, place, &key, json!({"question": input.question}));
        let gate = Box::new(Gate {
            reason: WaitReason::Input,
            prompt: input.question.clone(),
            role: "operator".to_owned(),
            until: Some(later(self.now, person_limit(step))),
            schema: Some(schema(&missing)),
            evidence: Value::Null,
        });
        self.emit([started, Event::GateOpened { key, gate }])
    }
}

/// Checks what a run is given before it is accepted.
///
/// # Errors
/// What does not fit, and what would.
pub fn accept_run(program: &Program, run: &NewRun) -> Result<(), String> {
    fit_all(program, &run.inputs)
}

/// Checks an answer to the questions of a gate.
///
/// # Errors
/// What does not fit or is missing.
pub fn accept_answer(
    program: &Program,
    gate: &Gate,
    answer: &Map<String, Value>,
) -> Result<(), String> {
    fit_all(program, answer)?;
    let required = gate.schema.as_ref().map(|schema| &schema["required"]);
    let missing: Vec<&str> = required
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|name| !answer.contains_key(*name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("still missing: {}", missing.join(", ")))
}

fn fit_all(program: &Program, inputs: &Map<String, Value>) -> Result<(), String> {
    let size = serde_json::to_string(inputs).map_or(0, |text| text.len());
    if size > MOST_INPUT_BYTES {
        return Err(format!(
            "the inputs have {size} bytes, more than {MOST_INPUT_BYTES}"
        ));
    }
    for (name, value) in inputs {
        let input = find(program, name).ok_or_else(|| {
            let inputs = &program.recipe.inputs;
            let known: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
            if known.is_empty() {
                format!("the recipe asks for no input, and {name} was given")
            } else {
                format!(
                    "the recipe asks for no input {name}; it asks for {}",
                    known.join(", ")
                )
            }
        })?;
        fitting(input, value)?;
    }
    Ok(())
}

fn find<'a>(program: &'a Program, name: &str) -> Option<&'a Input> {
    program
        .recipe
        .inputs
        .iter()
        .find(|input| input.name == name)
}

/// Gives the value in the input's type. Text is read as the type that is asked for, because forms and command
/// lines know only text.
fn fitting(input: &Input, value: &Value) -> Result<Value, String> {
    if value.is_null() && !input.required {
        return Ok(Value::Null);
    }
    let read = match (input.kind, value) {
        (InputKind::String | InputKind::Date | InputKind::Datetime, value) => value.clone(),
        (_, Value::String(text)) => {
            serde_json::from_str(text.trim()).unwrap_or_else(|_| value.clone())
        }
        (_, value) => value.clone(),
    };
    let (fits, wanted) = match input.kind {
        InputKind::String => (read.is_string(), "text"),
        InputKind::Number => (read.is_number(), "a number"),
        InputKind::Integer => (read.is_i64() || read.is_u64(), "a whole number"),
        InputKind::Boolean => (read.is_boolean(), "true or false"),
        InputKind::Date => (
            parses::<jiff::civil::Date>(&read),
            "a date such as 2026-11-24",
        ),
        InputKind::Datetime => (
            parses::<jiff::Timestamp>(&read),
            "a time such as 2026-11-24T09:00:00Z",
        ),
        InputKind::Array => (read.is_array(), "a list"),
        InputKind::Object => (read.is_object(), "a mapping"),
    };
    if !fits {
        return Err(format!(
            "input {} must be {wanted}, not {}",
            input.name,
            words::short(value)
        ));
    }
    if !input.choices.is_empty() && !input.choices.contains(&read) {
        let choices: Vec<String> = input.choices.iter().map(Value::to_string).collect();
        return Err(format!(
            "input {} must be one of {}, not {}",
            input.name,
            choices.join(", "),
            words::short(value)
        ));
    }
    Ok(read)
}

fn parses<T: std::str::FromStr>(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<T>().is_ok())
}

/// JSON Schema of the missing inputs.
fn schema(missing: &[&Input]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for input in missing {
        let (kind, format) = match input.kind {
            InputKind::String => ("string", None),
            InputKind::Number => ("number", None),
            InputKind::Integer => ("integer", None),
            InputKind::Boolean => ("boolean", None),
            InputKind::Date => ("string", Some("date")),
            InputKind::Datetime => ("string", Some("date-time")),
            InputKind::Array => ("array", None),
            InputKind::Object => ("object", None),
        };
        let mut property = json!({"type": kind, "title": input.question});
        if let Some(format) = format {
            property["format"] = json!(format);
        }
        if !input.choices.is_empty() {
            property["enum"] = json!(input.choices);
        }
        if input.required {
            required.push(input.name.clone());
        }
        properties.insert(input.name.clone(), property);
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
