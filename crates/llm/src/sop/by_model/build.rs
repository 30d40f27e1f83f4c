//! The answer of a model as steps, with everything in it that code can tell to be wrong put right and named.

use std::collections::BTreeSet;

use avops_recipe::{Effect, Vocabulary};
use serde_json::Value;

use super::answer::{Answer, Argument, Input, Part, Stated, Word};
use super::facts::{Invented, Known};
use super::visible;
use crate::sop::assemble::mend::{asked_about, by_hand};
use crate::sop::assemble::phases::{Phases, asked, typed};
use crate::sop::calls::Yaml;
use crate::sop::lines::{Line, LineKind};
use crate::sop::reading::{Piece, Read, Role};
use crate::sop::words::{duration, identifier, spelt};
use crate::sop::{Assumption, Question, Request};

/// Most steps and inputs, and the longest text of one, in characters.
const MOST: (usize, usize) = (200, 2_000);
/// How a look is repeated where the model names no more than what it waits for.
const POLL: (i64, i64) = (5, 120);

/// What an answer came to.
pub(super) struct Built {
    pub(super) phases: Phases,
    pub(super) read: Read,
    /// What was wrong with the answer, in words for the model.
    pub(super) faults: Vec<String>,
}

/// What a step is judged by.
pub(super) struct Bench<'a> {
    pub(super) request: Request<'a>,
    pub(super) lines: &'a [Line],
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) known: Known,
}

impl Bench<'_> {
    fn line(&self, number: usize) -> Option<&Line> {
        self.lines
            .iter()
            .find(|line| line.number == number && line.kind != LineKind::Blank)
    }

    /// Makes steps of an answer.
    pub(super) fn build(&self, answer: &Answer) -> Built {
        let mut built = Built {
            phases: Phases::default(),
            read: Read {
                title: Some(visible(&answer.title)).filter(|title| !title.trim().is_empty()),
                purpose: Some(visible(&answer.description)).filter(|text| !text.trim().is_empty()),
                headings: self.of_kind(LineKind::Heading),
                ..Read::default()
            },
            faults: Vec::new(),
        };
        built.head(self, answer);
        for input in answer.inputs.iter().take(MOST.0) {
            built.input(self, answer, input);
        }
        built.steps(self, answer);
        built.remarks(self, answer);
        built
    }

    fn of_kind(&self, kind: LineKind) -> BTreeSet<usize> {
        let lines = self.lines.iter().filter(|line| line.kind == kind);
        lines.map(|line| line.number).collect()
    }
}

impl Built {
    pub(super) fn fault(&mut self, said: impl Into<String>) {
        self.faults.push(said.into());
    }

    pub(super) fn assume(&mut self, line: Option<usize>, text: impl Into<String>) {
        let assumption = Assumption {
            line,
            text: text.into(),
        };
        if !self.read.assumptions.contains(&assumption) {
            self.read.assumptions.push(assumption);
        }
    }

    /// Title, description and limit: facts that nobody said are taken out of them.
    fn head(&mut self, bench: &Bench<'_>, answer: &Answer) {
        let lower =
            |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_lowercase();
        let (title, purpose) = (lower(&self.read.title), lower(&self.read.purpose));
        for line in bench
            .lines
            .iter()
            .filter(|line| line.kind != LineKind::Blank)
        {
            let body = line.text.to_lowercase();
            if !title.is_empty() && body.contains(&title)
                || !purpose.is_empty() && body.contains(&purpose)
            {
                self.read.used.insert(line.number);
            }
        }
        for (what, text) in [
            ("title", &mut self.read.title),
            ("description", &mut self.read.purpose),
        ] {
            let invented = text
                .as_deref()
                .map(|text| bench.known.in_sentence(text))
                .unwrap_or_default();
            if !invented.is_empty() {
                *text = None;
                self.faults.push(format!(
                    "the {what} holds {}, which the procedure does not say",
                    list(&invented)
                ));
            }
        }
        let Some(minutes) = answer
            .minutes
            .filter(|minutes| (1..=1_440).contains(minutes))
        else {
            return;
        };
        let limit = std::time::Duration::from_secs(minutes * 60);
        if bench.known.names(limit) {
            self.read.limit = Some(limit);
        } else {
            self.fault(format!(
                "`minutes` is {minutes}, and the procedure names no such time"
            ));
        }
    }

    fn input(&mut self, bench: &Bench<'_>, answer: &Answer, input: &Input) {
        let name = identifier(&input.name);
        let is_taken = |piece: &Piece| {
            piece
                .step
                .iter()
                .any(|(key, value)| key == "as" && *value == Yaml::Text(name.clone()))
        };
        if name.is_empty() || self.phases.intake.iter().any(is_taken) {
            self.fault(format!(
                "the input {:?} has no name, or one that is taken",
                visible(&input.name)
            ));
            return;
        }
        let line = input.line.filter(|number| bench.line(*number).is_some());
        self.read.used.extend(line);
        let mut step = vec![
            ("ask", Yaml::Text(inert(&input.question))),
            ("as", Yaml::Text(name.clone())),
        ];
        if input.kind != "string" {
            step.push(("type", Yaml::Text(visible(&input.kind))));
        }
        let given = bench.request.answers.get(&format!("input.{name}")).cloned();
        let stated = input
            .default
            .as_deref()
            .map(inert)
            .filter(|text| !text.trim().is_empty());
        if let Some(given) = given {
            step.push(("default", typed(&input.kind, &given)));
        } else if let Some(stated) = stated {
            let invented = self.unsaid(answer, bench.known.in_value(&stated));
            if invented.is_empty() {
                step.push(("default", typed(&input.kind, &stated)));
            } else {
                self.fault(format!("the input `{name}` has the default {stated:?}, and the procedure does not say {}", list(&invented)));
                self.read.questions.push(Question {
                    id: format!("input.{name}"),
                    line,
                    text: inert(&input.question),
                });
            }
        }
        self.phases.intake.push(asked(step, line));
    }

    /// Steps by their parts; what changes something is never before the deeds.
    fn steps(&mut self, bench: &Bench<'_>, answer: &Answer) {
        if answer.steps.len() > MOST.0 {
            self.fault(format!("there are more than {} steps", MOST.0));
        }
        let stated = |part: Part| {
            answer
                .steps
                .iter()
                .take(MOST.0)
                .filter(move |step| step.part == part)
        };
        let mut acted = false;
        for step in stated(Part::Before) {
            if let Some(piece) = self.piece(bench, answer, step) {
                let effect = effect(&piece, bench.vocabulary);
                if effect.is_some_and(|effect| effect != Effect::Read) && !acted {
                    self.fault(format!(
                        "line {}: `before` holds what changes something; it belongs to `do`",
                        step.line
                    ));
                    acted = true;
                }
                if acted {
                    &mut self.phases.act
                } else {
                    &mut self.phases.plan
                }
                .push(piece);
            }
        }
        for step in stated(Part::Do) {
            if let Some(piece) = self.piece(bench, answer, step) {
                self.phases.act.push(piece);
            }
        }
        let mut after: Vec<Piece> = Vec::new();
        for step in stated(Part::After) {
            after.extend(self.piece(bench, answer, step));
        }
        let last = after.iter().rposition(|piece| {
            piece.role == Role::Approve
                || effect(piece, bench.vocabulary) == Some(Effect::Destructive)
        });
        let rest = after.split_off(last.map_or(0, |last| last + 1));
        self.phases.act.extend(after);
        self.phases.verify = rest;
        for step in stated(Part::OnFailure) {
            if let Some(mut piece) = self.piece(bench, answer, step) {
                let is_hazard = effect(&piece, bench.vocabulary) == Some(Effect::Destructive);
                if is_hazard || piece.role == Role::Approve {
                    by_hand(&mut piece);
                }
                self.phases.rollback.push(piece);
            }
        }
    }

    /// One step; nothing when no line of the procedure asks for it.
    fn piece(&mut self, bench: &Bench<'_>, answer: &Answer, stated: &Stated) -> Option<Piece> {
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
    fn step(
        &mut self,
        bench: &Bench<'_>,
        answer: &Answer,
        stated: &Stated,
    ) -> Result<(Role, Vec<(&'static str, Yaml)>), String> {
        let text = stated
            .text
            .as_deref()
            .map(|text| cut(&visible(text)))
            .filter(|text| !text.trim().is_empty());
        let said = |what: &str| text.clone().ok_or(format!("`{what}` needs `text`"));
        let line = stated.line;
        let (role, mut step) = match stated.verb {
            Word::Action => {
                let (effect, step) = self.call(bench, answer, stated)?;
                (
                    if effect == Effect::Read {
                        Role::Look
                    } else {
                        Role::Do
                    },
                    step,
                )
            }
            Word::Check => {
                let condition = said("check")?;
                self.mark(line, answer, bench.known.in_condition(&condition));
                (
                    Role::Look,
                    vec![
                        ("check", Yaml::Text(condition)),
                        (
                            "message",
                            Yaml::Text(format!(
                                "not so: {}",
                                inert(
                                    &bench
                                        .line(line)
                                        .map_or(String::new(), |line| line.body.clone())
                                )
                            )),
                        ),
                    ],
                )
            }
            Word::Approve => {
                let question = said("approve")?;
                self.mark(line, answer, bench.known.in_sentence(&question));
                (Role::Approve, vec![("approve", Yaml::Text(question))])
            }
            Word::Manual => {
                let words = said("manual")?;
                self.mark(line, answer, bench.known.in_sentence(&words));
                (Role::Do, vec![("manual", Yaml::Text(words))])
            }
            Word::Stop => {
                let reason = said("stop")?;
                self.mark(line, answer, bench.known.in_sentence(&reason));
                (Role::Look, vec![("stop", Yaml::Text(reason))])
            }
            Word::Wait => {
                let words = said("wait")?;
                let length =
                    duration(&words).ok_or(format!("{words:?} is no duration such as 30s"))?;
                if !bench.known.names(length) {
                    self.mark(
                        line,
                        answer,
                        vec![Invented {
                            what: spelt(length),
                            is_address: false,
                        }],
                    );
                }
                (Role::Wait, vec![("wait", Yaml::Text(spelt(length)))])
            }
            Word::Notify => {
                let words = said("notify")?;
                let to = visible(stated.to.as_deref().unwrap_or_default());
                let (tool, target) = to
                    .split_once(':')
                    .ok_or("`to` is not tool:target, as in slack:#channel")?;
                if !bench
                    .vocabulary
                    .tools
                    .get(tool)
                    .is_some_and(|tool| tool.notify.is_some())
                {
                    return Err(format!("`{tool}` posts no messages"));
                }
                no_address(bench.known.in_value(target))?;
                no_address(bench.known.in_sentence(&words))?;
                self.mark(line, answer, bench.known.in_value(target));
                self.mark(line, answer, bench.known.in_sentence(&words));
                let notice = [("tool", tool), ("channel", target), ("text", &words)];
                let notice = notice
                    .map(|(key, value)| (key.to_owned(), Yaml::Text(value.trim().to_owned())));
                (Role::Say, vec![("notify", Yaml::Map(notice.into()))])
            }
        };
        if let Some(when) = stated
            .when
            .as_deref()
            .map(visible)
            .filter(|when| !when.trim().is_empty())
        {
            self.mark(line, answer, bench.known.in_condition(&when));
            step.push(("when", Yaml::Text(cut(&when))));
        }
        Ok((role, step))
    }

    fn call(
        &mut self,
        bench: &Bench<'_>,
        answer: &Answer,
        stated: &Stated,
    ) -> Result<(Effect, Vec<(&'static str, Yaml)>), String> {
        let name = visible(stated.action.as_deref().unwrap_or_default());
        let found = name
            .split_once('.')
            .and_then(|(tool, action)| Some((tool, bench.vocabulary.action(tool, action)?)));
        let Some((tool, spec)) = found else {
            return Err(format!(
                "there is no action `{name}`; use one that is listed, or `manual`"
            ));
        };
        let mut with = Vec::new();
        for Argument { name, value } in &stated.with {
            let (name, value) = (visible(name), cut(&visible(value)));
            let schema = &spec.input_schema["properties"][&name];
            let is_offered = schema["enum"]
                .as_array()
                .is_some_and(|words| words.iter().any(|word| word.as_str() == Some(&value)))
                || schema["type"] == "boolean";
            if !is_offered {
                let invented = bench.known.in_value(&value);
                if spec.effect != Effect::Read {
                    no_address(invented.clone())?;
                }
                self.mark(stated.line, answer, invented);
            }
            with.push((name, valued(schema, value)));
        }
        let mut step = vec![("action", Yaml::Text(format!("{tool}.{}", spec.name)))];
        if !with.is_empty() {
            step.push(("with", Yaml::Map(with)));
        }
        if let Some(result) = stated
            .result
            .as_deref()
            .map(identifier)
            .filter(|result| !result.is_empty() && result != spec.result_name())
        {
            step.push(("as", Yaml::Text(result)));
        }
        if let Some(until) = stated
            .until
            .as_deref()
            .map(visible)
            .filter(|until| !until.trim().is_empty())
        {
            self.mark(stated.line, answer, bench.known.in_condition(&until));
            step.push(("until", Yaml::Text(cut(&until))));
            step.push(("every_s", Yaml::Whole(POLL.0)));
            let said = bench
                .line(stated.line)
                .and_then(|line| duration(&line.text));
            let longest = said.and_then(|length| i64::try_from(length.as_secs()).ok());
            step.push((
                "timeout_s",
                Yaml::Whole(longest.unwrap_or(POLL.1).max(POLL.0)),
            ));
        }
        Ok((spec.effect, step))
    }

    /// What a model put in has to be marked; it may have done so itself.
    fn mark(&mut self, line: usize, answer: &Answer, invented: Vec<Invented>) {
        let invented = self.unsaid(answer, invented);
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

    /// Those that the model did not mark itself.
    fn unsaid(&self, answer: &Answer, invented: Vec<Invented>) -> Vec<Invented> {
        let is_marked = |thing: &Invented| {
            answer
                .assumptions
                .iter()
                .any(|said| said.text.contains(&thing.what))
        };
        invented
            .into_iter()
            .filter(|thing| !is_marked(thing))
            .collect()
    }

    fn remarks(&mut self, bench: &Bench<'_>, answer: &Answer) {
        for said in answer.assumptions.iter().take(MOST.0) {
            let line = said.line.filter(|number| bench.line(*number).is_some());
            self.assume(line, cut(&visible(&said.text)));
        }
        for said in answer.questions.iter().take(MOST.0) {
            let id = format!("ask.{}", identifier(&said.text));
            let is_known = self.read.questions.iter().any(|known| known.id == id);
            if !bench.request.answers.contains_key(&id) && !is_known {
                self.read.questions.push(Question {
                    id,
                    line: said.line.filter(|number| bench.line(*number).is_some()),
                    text: cut(&visible(&said.text)),
                });
            }
        }
    }
}

/// Nothing goes where nobody said, whether the model marks it or not.
fn no_address(invented: Vec<Invented>) -> Result<(), String> {
    match invented.into_iter().find(|thing| thing.is_address) {
        Some(thing) => Err(format!(
            "the procedure does not say the address {}",
            thing.what
        )),
        None => Ok(()),
    }
}

/// The effect of the call that a step makes.
pub(super) fn effect(piece: &Piece, vocabulary: &Vocabulary) -> Option<Effect> {
    let action = piece.step.iter().find_map(|(key, value)| match value {
        Yaml::Text(text) if key == "action" => Some(text),
        _ => None,
    })?;
    let (tool, action) = action.split_once('.')?;
    Some(vocabulary.action(tool, action)?.effect)
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

/// A text without templates.
fn inert(text: &str) -> String {
    crate::sop::words::plain(&cut(&visible(text)))
}

fn cut(text: &str) -> String {
    text.chars().take(MOST.1).collect()
}

fn list(invented: &[Invented]) -> String {
    let things: Vec<String> = invented
        .iter()
        .map(|thing| format!("{:?}", thing.what))
        .collect();
    things.join(", ")
}
