//! Calling an action of a tool from a command, and what is wrong with its body.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::cards::Card;
use super::carry_out::{Asked, Done, Refused};
use super::command::Call;
use super::lexer::Arg;
use super::mistake::{Mistake, replaced};
use super::threads::Phases;
use crate::{Error, connectors};

impl Asked<'_> {
    pub(super) async fn call(&self, tool: &Arg, body: Option<Call>) -> Result<Done, Refused> {
        let found = connectors::get(self.app, self.by, &tool.value)
            .await
            .map_err(|error| self.placed(error, &[tool]))?;
        let Some(call) = body else {
            let end = self.text.trim_end().len();
            let mistake = Mistake::at(self.text, end..end, "the body of the call is missing")
                .help("it is JSON in single quotes, in a fenced block, or on the lines below");
            return Err(match found.actions.first() {
                Some(action) => {
                    let body = example(&action.spec.name, &action.spec.input_schema);
                    mistake.corrected(format!("{} '{body}'", self.text.trim_end()))
                }
                None => mistake,
            }
            .into());
        };
        let reply = connectors::call(
            self.app,
            self.by,
            &found.name,
            &call.action,
            call.args.clone(),
            Self::origin(),
        )
        .await
        .map_err(|error| self.unfit(error, &found, &call))?;
        let action = format!("{}.{}", found.name, call.action);
        let verify = match &reply.error {
            None => format!("ok; {} artifacts", reply.artifacts.len()),
            Some(error) => format!("not ok: {error}"),
        };
        Ok(Done {
            phases: Phases::new(
                format!("{action} with its arguments"),
                "the arguments fit",
                format!("called; run {}", reply.run_id),
                verify,
            ),
            cards: vec![Card::Call {
                action,
                ok: reply.ok,
                result: reply.result,
                artifacts: reply.artifacts,
                error: reply.error,
                run_id: reply.run_id,
            }],
        })
    }

    /// An action that is not there, or arguments that do not fit, are pointed at in the body.
    fn unfit(&self, error: Error, tool: &connectors::Tool, call: &Call) -> Refused {
        let written = self.text.get(call.span.clone()).unwrap_or_default();
        let at = |word: &str| -> Range<usize> {
            let found = written.find(&format!("\"{word}\""));
            found.map_or(call.span.clone(), |at| {
                let start = call.span.start + at;
                start..start + word.len() + 2
            })
        };
        match &error {
            Error::NotFound {
                what: "action",
                nearest,
                ..
            } => {
                let names: Vec<&str> = tool.actions.iter().map(|a| a.spec.name.as_str()).collect();
                let mistake = Mistake::at(
                    self.text,
                    at(&call.action),
                    format!("{} has no action {:?}", tool.name, call.action),
                )
                .help(format!("it has {}", names.join(", ")));
                let near = nearest
                    .as_deref()
                    .map(|near| near.rsplit('.').next().unwrap_or(near));
                Refused::from(match near {
                    Some(near) => mistake.corrected(replaced(
                        self.text,
                        at(&call.action),
                        &format!("\"{near}\""),
                    )),
                    None => mistake,
                })
            }
            Error::BadInput { message, hint } => {
                let mistake = Mistake::at(self.text, at("args"), message.clone());
                Refused::from(match hint {
                    Some(hint) => mistake.help(hint.clone()),
                    None => mistake,
                })
            }
            _ => Refused::Error(error),
        }
    }

    /// A call whose arguments were left open is shown with those that the action needs.
    pub(super) async fn filled_in(&self, mistake: Mistake) -> Mistake {
        if !mistake.is_open {
            return mistake;
        }
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let [_, _, tool, ..] = words.as_slice() else {
            return mistake;
        };
        let Ok(tool) = connectors::get(self.app, self.by, tool).await else {
            return mistake;
        };
        let named = tool
            .actions
            .iter()
            .find(|action| {
                let names = std::iter::once(&action.spec.name).chain(&action.spec.aliases);
                names
                    .into_iter()
                    .any(|name| self.text.contains(&format!("\"{name}\"")))
            })
            .or(tool.actions.first());
        let Some(action) = named else {
            return mistake;
        };
        let body = example(&action.spec.name, &action.spec.input_schema);
        mistake
            .help(format!("{} needs these arguments", action.spec.name))
            .corrected(format!("/tool action {} '{body}'", tool.name))
    }
}

/// A body with the arguments that an action needs, and a value of the right kind for each.
fn example(action: &str, schema: &Value) -> Value {
    let mut args = Map::new();
    for name in schema["required"].as_array().into_iter().flatten() {
        let Some(name) = name.as_str() else { continue };
        let property = &schema["properties"][name];
        let value = property
            .get("default")
            .or_else(|| property["examples"].get(0))
            .or_else(|| property["enum"].get(0))
            .cloned()
            .unwrap_or_else(|| match property["type"].as_str() {
                Some("integer" | "number") => property.get("minimum").cloned().unwrap_or(json!(1)),
                Some("boolean") => json!(true),
                Some("array") => json!([]),
                Some("object") => json!({}),
                _ => json!(name.to_uppercase()),
            });
        args.insert(name.to_owned(), value);
    }
    json!({ "action": action, "args": args })
}
