//! Answers in a form: asked for, checked here whatever the provider promised, and asked for again when they do not fit.

use serde_json::Value;

use crate::{Asked, Desk, Message, ModelError, Stop, Transcript};

/// How often a model is told what is wrong with its answer.
const REPAIRS: usize = 2;
/// How many faults it is told at a time.
const FAULTS: usize = 5;

/// An answer that has the form that was asked for.
#[derive(Debug, Clone)]
pub struct Answered {
    /// It.
    pub value: Value,
    /// Each turn that it took, with its cost.
    pub turns: Vec<Asked>,
}

/// Asks for an answer in the transcript's form, and gives one that fits it.
///
/// # Errors
/// [`ModelError::WrongForm`] when it does not fit after two repairs, or the schema is none; else what the desk says.
pub async fn answer_in_form(
    desk: &Desk,
    is_mock: bool,
    purpose: &str,
    mut transcript: Transcript,
) -> Result<Answered, ModelError> {
    let schema = transcript
        .output
        .as_ref()
        .map_or(&Value::Null, |form| &form.schema);
    let check = jsonschema::validator_for(schema).map_err(|error| ModelError::WrongForm {
        said: format!("the form itself is no JSON Schema: {error}"),
    })?;
    let mut turns = Vec::new();
    loop {
        let asked = desk.ask(is_mock, purpose, &transcript).await?;
        let turn = asked.turn.clone();
        turns.push(asked);
        let faults = match read(&turn.text) {
            Ok(value) => {
                let faults: Vec<String> = check
                    .iter_errors(&value)
                    .take(FAULTS)
                    .map(|error| format!("at `{}`: {error}", error.instance_path()))
                    .collect();
                if faults.is_empty() {
                    return Ok(Answered { value, turns });
                }
                faults.join("; ")
            }
            Err(_) if turn.stop == Stop::Length => "it broke off at the limit of tokens".to_owned(),
            Err(fault) => fault,
        };
        if turns.len() > REPAIRS {
            return Err(ModelError::WrongForm { said: faults });
        }
        transcript.messages.push(Message::Model(turn));
        transcript.messages.push(Message::User {
            text: format!(
                "This does not fit the form: {faults}. Answer again with the JSON alone."
            ),
        });
    }
}

/// The JSON in an answer; some models put it between fences.
fn read(text: &str) -> Result<Value, String> {
    let text = text.trim();
    let inside = text
        .strip_prefix("```json")
        .or_else(|| text.strip_prefix("```"))
        .and_then(|rest| rest.trim_end().strip_suffix("```"))
        .unwrap_or(text);
    serde_json::from_str(inside).map_err(|error| format!("it is not JSON ({error})"))
}
