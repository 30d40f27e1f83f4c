//! Inputs of a run: what was given, against what the recipe asks for.

use avops_recipe::{Input, InputKind, Recipe};
use serde_json::{Map, Value};

use crate::Error;
use crate::names::nearest;

/// Most bytes of all inputs of a run, as JSON.
const LARGEST: usize = 256 * 1024;

/// Checks and completes what was given at the start of a run.
///
/// Text for a number, a truth value, a list or a mapping is read as one, because forms and command lines can only
/// give text. What is missing is not refused: the run asks for it.
///
/// # Errors
/// [`Error::BadInput`] that names the input and what would fit.
pub(crate) fn fit(recipe: &Recipe, given: Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let size = serde_json::to_vec(&given).map_or(usize::MAX, |text| text.len());
    if size > LARGEST {
        return Err(Error::bad_input(
            format!("the inputs are {size} bytes long"),
            format!("a run takes at most {LARGEST} bytes; pass a link to larger things"),
        ));
    }
    given
        .into_iter()
        .map(|(name, value)| {
            let value = fit_one(asked(recipe, &name)?, value)?;
            Ok((name, value))
        })
        .collect()
}

/// What the recipe asks for under that name.
///
/// # Errors
/// [`Error::BadInput`] when it asks for nothing under it.
pub(crate) fn asked<'r>(recipe: &'r Recipe, name: &str) -> Result<&'r Input, Error> {
    let found = recipe.inputs.iter().find(|input| input.name == name);
    found.ok_or_else(|| unknown(recipe, name))
}

fn unknown(recipe: &Recipe, name: &str) -> Error {
    let names = recipe.inputs.iter().map(|input| input.name.as_str());
    let hint = match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if recipe.inputs.is_empty() => "the recipe asks for nothing".to_owned(),
        None => format!("it asks for: {}", names.collect::<Vec<_>>().join(", ")),
    };
    Error::bad_input(
        format!("recipe {:?} has no input {name:?}", recipe.name),
        hint,
    )
}

fn fit_one(input: &Input, value: Value) -> Result<Value, Error> {
    let value = match (input.kind, value) {
        (
            InputKind::Number
            | InputKind::Integer
            | InputKind::Boolean
            | InputKind::Array
            | InputKind::Object,
            Value::String(text),
        ) => serde_json::from_str(text.trim()).unwrap_or(Value::String(text)),
        (_, value) => value,
    };
    if !is_of_kind(input.kind, &value) {
        return Err(Error::bad_input(
            format!(
                "input {:?} must be {}, not {}",
                input.name,
                wanted(input.kind),
                short(&value)
            ),
            format!("it answers: {}", input.question),
        ));
    }
    if !input.choices.is_empty() && !input.choices.contains(&value) {
        let choices: Vec<String> = input.choices.iter().map(short).collect();
        return Err(Error::bad_input(
            format!("input {:?} cannot be {}", input.name, short(&value)),
            format!("it can be: {}", choices.join(", ")),
        ));
    }
    Ok(value)
}

fn is_of_kind(kind: InputKind, value: &Value) -> bool {
    match kind {
        InputKind::String => value.is_string(),
        InputKind::Number => value.is_number(),
        InputKind::Integer => value.is_i64() || value.is_u64(),
        InputKind::Boolean => value.is_boolean(),
        InputKind::Date => value
            .as_str()
            .is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
        InputKind::Datetime => value
            .as_str()
            .is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        InputKind::Array => value.is_array(),
        InputKind::Object => value.is_object(),
    }
}

fn wanted(kind: InputKind) -> &'static str {
    match kind {
        InputKind::String => "text",
        InputKind::Number => "a number",
        InputKind::Integer => "a whole number",
        InputKind::Boolean => "true or false",
        InputKind::Date => "a date like 2026-11-24",
        InputKind::Datetime => "a time like 2026-11-24T17:00:00Z",
        InputKind::Array => "a list like [\"a\", \"b\"]",
        InputKind::Object => "a mapping like {\"a\": 1}",
    }
}

/// A value as messages show it: at most 60 characters of it.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    let start: String = text.chars().take(59).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use avops_recipe::Span;
    use serde_json::json;

    fn input(kind: InputKind, choices: Vec<Value>) -> Input {
        Input {
            name: "n".to_owned(),
            question: "How many?".to_owned(),
            kind,
            default: None,
            choices,
            required: true,
            span: Span::default(),
        }
    }

    #[test]
    fn text_from_a_form_becomes_what_the_recipe_asks_for() {
        let cases = [
            (InputKind::Integer, json!(" 12 "), json!(12)),
            (InputKind::Boolean, json!("true"), json!(true)),
            (InputKind::Array, json!("[1]"), json!([1])),
            (InputKind::String, json!("12"), json!("12")),
        ];
        for (kind, given, expected) in cases {
            assert_eq!(fit_one(&input(kind, Vec::new()), given).unwrap(), expected);
        }
    }

    #[test]
    fn a_value_of_another_kind_is_refused_with_the_kind_that_fits() {
        let error = fit_one(&input(InputKind::Integer, Vec::new()), json!("many")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "input \"n\" must be a whole number, not \"many\""
        );
    }

    #[test]
    fn a_value_outside_the_choices_is_refused_with_the_choices() {
        let error = fit_one(&input(InputKind::String, vec![json!("a")]), json!("b")).unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("it can be: \"a\""));
    }

    #[test]
    fn dates_and_times_are_read_before_the_run_begins() {
        assert!(fit_one(&input(InputKind::Date, Vec::new()), json!("2026-02-30")).is_err());
        assert!(fit_one(&input(InputKind::Date, Vec::new()), json!("2026-02-28")).is_ok());
        assert!(fit_one(&input(InputKind::Datetime, Vec::new()), json!("tomorrow")).is_err());
    }
}
