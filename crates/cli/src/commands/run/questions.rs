//! Inputs that a recipe asks for and nobody has given yet.

use serde_json::{Map, Value, json};

use crate::answers::{list, text};
use crate::error::Error;
use crate::terminal::Terminal;

/// Asks the person at the keyboard for what is required and missing.
///
/// # Errors
/// When there is nobody to ask; the message names every missing input.
pub(super) fn complete(
    schema: &Value,
    inputs: &mut Map<String, Value>,
    terminal: Terminal,
) -> Result<(), Error> {
    let missing: Vec<String> = missing(schema, inputs);
    if missing.is_empty() {
        return Ok(());
    }
    if !terminal.can_ask() {
        let flags: Vec<String> = missing
            .iter()
            .map(|name| format!("--input {name}=…"))
            .collect();
        return Err(
            Error::call(format!("inputs are missing: {}", missing.join(", ")))
                .hint(format!("add {}", flags.join(" "))),
        );
    }
    for name in missing {
        let answer = ask(schema, &name, terminal)?;
        inputs.insert(name, json!(answer));
    }
    Ok(())
}

fn missing(schema: &Value, inputs: &Map<String, Value>) -> Vec<String> {
    list(schema, "/required")
        .iter()
        .map(|name| text(name, ""))
        .filter(|name| !inputs.contains_key(name))
        .collect()
}

fn ask(schema: &Value, name: &str, terminal: Terminal) -> Result<String, Error> {
    loop {
        let answer = terminal.ask(&question(schema, name))?;
        if !answer.is_empty() {
            return Ok(answer);
        }
    }
}

/// The recipe's own question, with the choices there are.
fn question(schema: &Value, name: &str) -> String {
    let input = schema
        .get("properties")
        .and_then(|inputs| inputs.get(name))
        .unwrap_or(&Value::Null);
    let asked = ["/title", "/description"]
        .into_iter()
        .map(|field| text(input, field))
        .find(|asked| !asked.is_empty())
        .unwrap_or_else(|| name.to_owned());
    let choices: Vec<String> = list(input, "/enum")
        .iter()
        .map(|choice| text(choice, ""))
        .collect();
    if choices.is_empty() {
        asked
    } else {
        format!("{asked} [{}]", choices.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        json!({
            "properties": {
                "room": { "type": "string", "title": "Room email or display name?" },
                "how": { "enum": ["soft", "hard"] },
                "note": {},
            },
            "required": ["room", "how"],
        })
    }

    #[test]
    fn only_what_is_required_and_not_given_is_missing() {
        let given = Map::from_iter([("room".to_owned(), json!("B4"))]);
        assert_eq!(missing(&schema(), &given), ["how"]);
    }

    #[test]
    fn with_nobody_to_ask_the_call_was_wrong_and_the_flags_are_named() {
        let error = complete(&schema(), &mut Map::new(), Terminal { json: true }).unwrap_err();
        assert_eq!(error.kind.code(), 2);
        assert_eq!(
            error.hint.as_deref(),
            Some("add --input room=… --input how=…")
        );
    }

    #[test]
    fn the_recipes_own_words_are_the_question() {
        assert_eq!(question(&schema(), "room"), "Room email or display name?");
        assert_eq!(question(&schema(), "how"), "how [soft, hard]");
    }
}
