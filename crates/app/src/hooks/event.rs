//! What a message says, and which inputs a workflow makes of it.

use avops_recipe::{EvalError, Expression, Recipe, Scope, SyntaxError, ValueTemplate};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::prove::{Parcel, short};
use super::{MOST_PER_MINUTE, Signature};
use crate::names::nearest;
use crate::workflows::Trigger;
use crate::{Error, inputs};

/// The names that expressions over a message know.
const ROOTS: [&str; 2] = ["event", "delivery"];

/// A message that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// The body as a value.
    pub(super) body: Value,
    /// What it is about, in the sender's words.
    pub(super) kind: Option<String>,
}

impl Event {
    /// Reads a body: JSON, or a form where the sender is Slack.
    pub(super) fn read(signature: Signature, parcel: &Parcel) -> Result<Self, String> {
        let is_form = parcel
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let body = if is_form {
            form(&parcel.body)
        } else {
            serde_json::from_slice(&parcel.body)
                .map_err(|error| format!("the body is no JSON: {error}"))?
        };
        let text = |at: &str| body.pointer(at).and_then(Value::as_str);
        let kind = match signature {
            Signature::Standard => text("/type"),
            Signature::Github => parcel.header("x-github-event"),
            Signature::Slack => text("/event/type")
                .or_else(|| text("/command"))
                .or_else(|| text("/type")),
            Signature::Zoom => text("/event"),
        };
        Ok(Self {
            kind: kind.map(short),
            body,
        })
    }

    /// A body that somebody thinks about.
    pub(super) fn sample(body: Value) -> Self {
        let kind = ["/type", "/event/type", "/event", "/command"]
            .into_iter()
            .find_map(|at| body.pointer(at)?.as_str().map(short));
        Self { body, kind }
    }

    fn scope(&self, name: Option<&str>, at: Timestamp) -> Scope {
        let mut scope = Scope::new();
        scope.set("event", &self.body);
        let delivery = json!({ "id": name, "event": self.kind, "received_at": at });
        scope.set("delivery", &delivery);
        scope
    }
}

/// The fields of a form; a field `payload`, which holds JSON in Slack's interactive messages, is read as such.
fn form(body: &[u8]) -> Value {
    let fields: Map<String, Value> = url::form_urlencoded::parse(body)
        .map(|(name, value)| {
            let value = match serde_json::from_str(&value) {
                Ok(read) if name == "payload" => read,
                _ => Value::String(value.into_owned()),
            };
            (name.into_owned(), value)
        })
        .collect();
    Value::Object(fields)
}

/// What a sample message would do.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TriedMessage {
    /// Whether it would start a run.
    pub starts: bool,
    /// The inputs that the run would get from it.
    pub inputs: Map<String, Value>,
    /// Why it would not start, or could not be read.
    pub reason: Option<String>,
}

/// What a workflow makes of messages: compiled.
#[derive(Debug)]
pub(crate) struct Mapping {
    when: Option<Expression>,
    inputs: Vec<(String, ValueTemplate)>,
}

/// What a message means for a workflow.
pub(super) enum Meaning {
    /// It starts a run with these inputs.
    Starts(Map<String, Value>),
    /// It is none of its business.
    Filtered(String),
    /// It cannot be made sense of.
    Unfit(String),
}

impl Mapping {
    /// Compiles what a trigger declares; nothing for a trigger that is no webhook.
    ///
    /// # Errors
    /// [`Error::BadInput`] for what does not parse or reads a name that there is not.
    pub(crate) fn of(trigger: &Trigger) -> Result<Option<Self>, Error> {
        let Trigger::Webhook {
            when,
            inputs,
            per_minute,
            ..
        } = trigger
        else {
            return Ok(None);
        };
        if !(1..=MOST_PER_MINUTE).contains(per_minute) {
            return Err(Error::bad_input(
                format!("`per_minute` cannot be {per_minute}"),
                format!("give 1 to {MOST_PER_MINUTE} messages a minute"),
            ));
        }
        let when = when.as_deref().map(str::trim).filter(|w| !w.is_empty());
        let when = when
            .map(Expression::parse)
            .transpose()
            .map_err(|error| unread("`when`", &error))?;
        if let Some(when) = &when {
            known("`when`", when.paths().iter().map(String::as_str))?;
        }
        let mut compiled = Vec::new();
        for (name, value) in inputs {
            let what = format!("the value of input {name:?}");
            let template = ValueTemplate::parse(value).map_err(|error| unread(&what, &error))?;
            known(&what, template.paths())?;
            compiled.push((name.clone(), template));
        }
        Ok(Some(Self {
            when,
            inputs: compiled,
        }))
    }

    /// Refuses inputs that the recipe does not ask for, and plain values that do not fit it.
    pub(crate) fn check(&self, recipe: &Recipe) -> Result<(), Error> {
        for (name, template) in &self.inputs {
            if template.is_literal() {
                let one = [(name.clone(), template.literal().clone())];
                inputs::fit(recipe, one.into_iter().collect())?;
            } else {
                inputs::asked(recipe, name)?;
            }
        }
        Ok(())
    }

    pub(super) fn meaning(&self, event: &Event, name: Option<&str>, at: Timestamp) -> Meaning {
        let scope = event.scope(name, at);
        match self.when.as_ref().map(|when| when.truth(&scope)) {
            Some(Ok(false)) => {
                let text = self.when.as_ref().map_or("", Expression::text);
                return Meaning::Filtered(format!("`{text}` is not true of it"));
            }
            Some(Err(error)) => return Meaning::Unfit(told(&error)),
            Some(Ok(true)) | None => {}
        }
        let mut inputs = Map::new();
        for (name, template) in &self.inputs {
            match template.render(&scope) {
                Ok(value) => inputs.insert(name.clone(), value),
                Err(error) => {
                    return Meaning::Unfit(format!("input {name:?}: {}", told(&error)));
                }
            };
        }
        Meaning::Starts(inputs)
    }

    /// Says what a sample message would do; never has an effect.
    pub(crate) fn tried(&self, body: Value, at: Timestamp) -> TriedMessage {
        let (starts, inputs, reason) = match self.meaning(&Event::sample(body), None, at) {
            Meaning::Starts(inputs) => (true, inputs, None),
            Meaning::Filtered(reason) | Meaning::Unfit(reason) => (false, Map::new(), Some(reason)),
        };
        TriedMessage {
            starts,
            inputs,
            reason,
        }
    }
}

fn told(error: &EvalError) -> String {
    match &error.hint {
        Some(hint) => format!("{} ({hint})", error.message),
        None => error.message.clone(),
    }
}

fn unread(what: &str, error: &SyntaxError) -> Error {
    let help = error.help.clone();
    Error::bad_input(
        format!("{what} cannot be read: {}", error.message),
        help.unwrap_or_else(|| "see the expressions in the recipe guide".to_owned()),
    )
}

fn known<'p>(what: &str, paths: impl IntoIterator<Item = &'p str>) -> Result<(), Error> {
    for path in paths {
        let root = path.split('.').next().unwrap_or(path);
        if !ROOTS.contains(&root) {
            let hint = match nearest(root, ROOTS.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "the message is `event`, for example {{ event.payload.object.room_name }}; its name and kind are \
                     `delivery.id` and `delivery.event`"
                        .to_owned()
                }
            };
            return Err(Error::bad_input(
                format!("{what} reads `{root}`, which messages do not have"),
                hint,
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(when: Option<&str>, inputs: Value) -> Result<Mapping, Error> {
        let trigger = Trigger::Webhook {
            signature: Signature::Zoom,
            when: when.map(str::to_owned),
            inputs: serde_json::from_value(inputs).unwrap(),
            per_minute: 60,
        };
        Mapping::of(&trigger).map(Option::unwrap)
    }

    fn alert() -> Value {
        json!({ "event": "zoomroom.alert", "payload": { "object": { "room_name": "Boardroom 4", "alert_kind": 1 } } })
    }

    fn at() -> Timestamp {
        "2026-11-28T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_a_message_holds_becomes_inputs_with_their_types() {
        let inputs = json!({
            "room": "{{ event.payload.object.room_name }}",
            "kind": "{{ event.payload.object.alert_kind }}",
            "why": "{{ delivery.event }} at {{ delivery.received_at }}",
        });
        let tried = mapping(Some("event.event == 'zoomroom.alert'"), inputs)
            .unwrap()
            .tried(alert(), at());
        let expected = json!({
            "room": "Boardroom 4", "kind": 1, "why": "zoomroom.alert at 2026-11-28T08:00:00Z",
        });
        assert!(tried.starts, "{tried:?}");
        assert_eq!(Value::Object(tried.inputs), expected);
    }

    #[test]
    fn a_message_that_is_filtered_or_unfit_says_why() {
        let other = mapping(Some("event.event == 'zoomroom.checked_in'"), json!({}))
            .unwrap()
            .tried(alert(), at());
        assert!(!other.starts && other.reason.unwrap().contains("is not true of it"));
        let unfit = mapping(None, json!({ "room": "{{ event.payload.room }}" }))
            .unwrap()
            .tried(alert(), at());
        let reason = unfit.reason.unwrap();
        assert!(
            reason.contains("room is not defined in event.payload"),
            "{reason}"
        );
    }

    #[test]
    fn expressions_in_a_message_are_never_evaluated() {
        let body = json!({ "text": "{{ delivery.id }}" });
        let tried = mapping(None, json!({ "said": "<{{ event.text }}>" }))
            .unwrap()
            .tried(body, at());
        assert_eq!(tried.inputs["said"], "<{{ delivery.id }}>");
    }

    #[test]
    fn what_cannot_be_read_is_refused_when_it_is_saved() {
        for (when, inputs, told) in [
            (Some("event.a =="), json!({}), "`when` cannot be read"),
            (Some("evnt.a == 1"), json!({}), "reads `evnt`"),
            (Some("intake.room == 1"), json!({}), "reads `intake`"),
            (
                None,
                json!({ "a": "{{ event." }),
                "input \"a\" cannot be read",
            ),
            (
                None,
                json!({ "a": "{% if x %}" }),
                "input \"a\" cannot be read",
            ),
        ] {
            let error = mapping(when, inputs).unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
        }
    }

    #[test]
    fn slack_sends_forms_too() {
        let parcel = Parcel {
            headers: [(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
            )]
            .into_iter()
            .collect(),
            body: b"command=%2Favops&text=restart+204&payload=%7B%22a%22%3A1%7D".to_vec(),
        };
        let event = Event::read(Signature::Slack, &parcel).unwrap();
        assert_eq!(event.kind.as_deref(), Some("/avops"));
        assert_eq!(event.body["text"], "restart 204");
        assert_eq!(event.body["payload"]["a"], 1);
    }
}
