//! One step of a model's answer: its keys, checked one by one.

use avops_recipe::Effect;
use serde_json::Value;

use super::answer::{Answer, Argument, Stated, Word};
use super::build::{Bench, Built, cut, inert, list};
use super::facts::Invented;
use super::visible;
use crate::sop::assemble::mend::{asked_about, by_hand};
use crate::sop::calls::Yaml;
use crate::sop::reading::{Piece, Role};
use crate::sop::words::{duration, identifier, spelt};

/// How a look is repeated where the model names no more than what it waits for: every so many seconds, at most so many.
const POLL: (i64, i64) = (5, 120);

/// What a step is for, and its keys; a sentence about it when it cannot be one.
type Keys = Result<(Role, Vec<(&'static str, Yaml)>), String>;

impl Built {
    /// One step; nothing when no line of the procedure asks for it.
    pub(super) fn piece(
        &mut self,
        bench: &Bench<'_>,
        answer: &Answer,
        stated: &Stated,
    ) -> Option<Piece> {
        let Some(line) = bench.line(stated.line) else {
            self.fault(format!(
                "a step names line {}, which the procedure does not have",
                stated.line
            ));
            self.assume(
                None,
                format!(
                    "A step of the model that no line asks for was left out: {}",
                    shown(stated)
                ),
            );
            return None;
        };
        let mut piece = Piece {
            role: Role::Do,
            step: Vec::new(),
            line: line.number,
            text: line.text.clone(),
        };
        match self.step(bench, answer, stated) {
            Ok((role, step)) => {
                piece.role = role;
                piece.step = step
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect();
            }
            Err(said) => {
                self.fault(format!("line {}: {said}", line.number));
                by_hand(&mut piece);
                self.read.questions.push(asked_about(line.number));
            }
        }
        Some(piece)
    }

    /// The keys of a step; a sentence about it when it cannot be one.
    fn step(&mut self, bench: &Bench<'_>, answer: &Answer, stated: &Stated) -> Keys {
        let text = stated.text.as_deref().map(|text| cut(&visible(text)));
        let text = text.filter(|text| !text.trim().is_empty());
        let line = stated.line;
        let (role, mut step) = if stated.verb == Word::Action {
            self.call(bench, answer, stated)?
        } else {
            let text = text.ok_or("its verb needs `text`")?;
            match stated.verb {
                Word::Notify => self.notice(bench, answer, stated, &text)?,
                Word::Wait => self.wait(bench, answer, line, &text)?,
                Word::Check => {
                    self.mark(line, answer, bench.known.in_condition(&text));
                    let body = bench.line(line).map(|line| inert(&line.body));
                    let message = format!("not so: {}", body.unwrap_or_default());
                    let step = vec![
                        ("check", Yaml::Text(text)),
                        ("message", Yaml::Text(message)),
                    ];
                    (Role::Look, step)
                }
                verb => {
                    self.mark(line, answer, bench.known.in_sentence(&text));
                    let (role, key) = match verb {
                        Word::Approve => (Role::Approve, "approve"),
                        Word::Stop => (Role::Look, "stop"),
                        _ => (Role::Do, "manual"),
                    };
                    (role, vec![(key, Yaml::Text(text))])
                }
            }
        };
        let when = stated.when.as_deref().map(visible);
        if let Some(when) = when.filter(|when| !when.trim().is_empty()) {
            self.mark(line, answer, bench.known.in_condition(&when));
            step.push(("when", Yaml::Text(cut(&when))));
        }
        Ok((role, step))
    }

    fn wait(&mut self, bench: &Bench<'_>, answer: &Answer, line: usize, text: &str) -> Keys {
        let length = duration(text).ok_or(format!("{text:?} is no duration such as 30s"))?;
        if !bench.known.names(length) {
            let invented = Invented {
                what: spelt(length),
                is_address: false,
            };
            self.mark(line, answer, vec![invented]);
        }
        Ok((Role::Wait, vec![("wait", Yaml::Text(spelt(length)))]))
    }

    fn notice(&mut self, bench: &Bench<'_>, answer: &Answer, stated: &Stated, text: &str) -> Keys {
        let to = visible(stated.to.as_deref().unwrap_or_default());
        let (tool, target) = to
            .split_once(':')
            .ok_or("`to` is not tool:target, as in slack:#channel")?;
        let known = bench.vocabulary.tools.get(tool);
        if known.is_none_or(|tool| tool.notify.is_none()) {
            return Err(format!("`{tool}` posts no messages"));
        }
        for invented in [bench.known.in_value(target), bench.known.in_sentence(text)] {
            no_address(&invented)?;
            self.mark(stated.line, answer, invented);
        }
        let notice = [("tool", tool), ("channel", target), ("text", text)]
            .map(|(key, value)| (key.to_owned(), Yaml::Text(value.trim().to_owned())));
        Ok((Role::Say, vec![("notify", Yaml::Map(notice.into()))]))
    }

    fn call(&mut self, bench: &Bench<'_>, answer: &Answer, stated: &Stated) -> Keys {
        let name = visible(stated.action.as_deref().unwrap_or_default());
        let found = name.split_once('.').and_then(|(tool, action)| {
            let spec = bench.vocabulary.action(tool, action)?;
            Some((tool, spec))
        });
        let Some((tool, spec)) = found else {
            return Err(format!(
                "there is no action `{name}`; use one that is listed, or `manual`"
            ));
        };
        let mut with = Vec::new();
        for Argument { name, value } in &stated.with {
            let (name, value) = (visible(name), cut(&visible(value)));
            let schema = &spec.input_schema["properties"][&name];
            if !is_offered(schema, &value) {
                let invented = bench.known.in_value(&value);
                if spec.effect != Effect::Read {
                    no_address(&invented)?;
                }
                self.mark(stated.line, answer, invented);
            }
            with.push((name, valued(schema, value)));
        }
        let mut step = vec![("action", Yaml::Text(format!("{tool}.{}", spec.name)))];
        if !with.is_empty() {
            step.push(("with", Yaml::Map(with)));
        }
        let result = stated.result.as_deref().map(identifier);
        if let Some(result) = result.filter(|name| !name.is_empty() && name != spec.result_name()) {
            step.push(("as", Yaml::Text(result)));
        }
        let until = stated.until.as_deref().map(visible);
        if let Some(until) = until.filter(|until| !until.trim().is_empty()) {
            self.mark(stated.line, answer, bench.known.in_condition(&until));
            step.push(("until", Yaml::Text(cut(&until))));
            step.push(("every_s", Yaml::Whole(POLL.0)));
            let said = bench
                .line(stated.line)
                .and_then(|line| duration(&line.text));
            let longest = said.and_then(|length| i64::try_from(length.as_secs()).ok());
            let longest = longest.unwrap_or(POLL.1).max(POLL.0);
            step.push(("timeout_s", Yaml::Whole(longest)));
        }
        let role = if spec.effect == Effect::Read {
            Role::Look
        } else {
            Role::Do
        };
        Ok((role, step))
    }

    /// What a model put in has to be marked; it may have done so itself.
    fn mark(&mut self, line: usize, answer: &Answer, invented: Vec<Invented>) {
        let invented = unsaid(answer, invented);
        if invented.is_empty() {
            return;
        }
        self.fault(format!(
            "line {line}: the procedure does not say {}",
            list(&invented)
        ));
        for thing in invented {
            self.assume(
                Some(line),
                format!(
                    "“{}” does not stand in the procedure; the model put it in.",
                    thing.what
                ),
            );
        }
    }
}

/// Those that the model did not mark itself.
pub(super) fn unsaid(answer: &Answer, invented: Vec<Invented>) -> Vec<Invented> {
    let is_marked = |thing: &Invented| {
        let said = &answer.assumptions;
        said.iter().any(|said| said.text.contains(&thing.what))
    };
    invented
        .into_iter()
        .filter(|thing| !is_marked(thing))
        .collect()
}

/// Nothing goes where nobody said, whether the model marks it or not.
fn no_address(invented: &[Invented]) -> Result<(), String> {
    match invented.iter().find(|thing| thing.is_address) {
        Some(thing) => Err(format!(
            "the procedure does not say the address {}",
            thing.what
        )),
        None => Ok(()),
    }
}

/// Whether a value is one of those that the action itself names.
fn is_offered(schema: &Value, value: &str) -> bool {
    let words = schema["enum"].as_array();
    let is_word = words.is_some_and(|words| words.iter().any(|word| word.as_str() == Some(value)));
    is_word || schema["type"] == "boolean"
}

/// A value as the action's schema wants it; templates stay texts.
fn valued(schema: &Value, text: String) -> Yaml {
    if text.contains("{{") {
        return Yaml::Text(text);
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect::<Vec<_>>(),
    };
    let trimmed = text.trim();
    if kinds.contains(&"boolean") && ["true", "false"].contains(&trimmed) {
        return Yaml::Flag(trimmed == "true");
    }
    if kinds.contains(&"integer") || kinds.contains(&"number") {
        if let Ok(whole) = trimmed.parse() {
            return Yaml::Whole(whole);
        }
        if let Ok(number) = trimmed.parse::<f64>()
            && number.is_finite()
        {
            return Yaml::Number(number);
        }
    }
    if (kinds.contains(&"array") || kinds.contains(&"object"))
        && let Ok(value) = serde_json::from_str::<Value>(trimmed)
    {
        return of_json(value);
    }
    Yaml::Text(text)
}

fn of_json(value: Value) -> Yaml {
    match value {
        Value::Null => Yaml::Text(String::new()),
        Value::Bool(flag) => Yaml::Flag(flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Yaml::Whole(whole),
            None => Yaml::Number(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Yaml::Text(visible(&text)),
        Value::Array(items) => Yaml::List(items.into_iter().map(of_json).collect()),
        Value::Object(fields) => Yaml::Map(
            fields
                .into_iter()
                .map(|(name, value)| (name, of_json(value)))
                .collect(),
        ),
    }
}

fn shown(stated: &Stated) -> String {
    let text = stated
        .action
        .as_deref()
        .or(stated.text.as_deref())
        .unwrap_or("without words");
    inert(&text.chars().take(200).collect::<String>())
}
