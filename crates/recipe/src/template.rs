//! Text with `{{ expression }}` segments: split once, rendered in a single pass.
//!
//! What a value holds is never looked at again: braces in a tool's answer stay braces.

use serde_json::{Map, Value};

use crate::document::{Kind, Node};
use crate::expr::convert::MAX_BYTES;
use crate::expr::{EvalError, Expression, SyntaxError};
use crate::scope::Scope;
use crate::source::{Source, Span};

/// Most expressions in one text: each has a budget of its own.
const MAX_EXPRESSIONS: usize = 100;

/// A text with expressions in it.
#[derive(Debug, Clone)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Value(Expression),
}

/// A JSON value with templates at its leaves. A leaf that is one lone `{{ expr }}` keeps the value's type.
#[derive(Debug, Clone)]
pub struct ValueTemplate {
    literal: Value,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    Literal,
    Lone(Expression),
    Text(Template),
    List(Vec<ValueTemplate>),
    Map(Vec<(String, ValueTemplate)>),
}

impl Template {
    /// Splits a text into its segments.
    ///
    /// # Errors
    /// When a segment does not end or does not parse, or the text holds a statement.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parts = Vec::new();
        let mut expressions = 0;
        let mut rest = text;
        for statement in ["{%", "{#"] {
            if text.contains(statement) {
                return Err(SyntaxError {
                    message: format!(
                        "`{statement}` starts a statement; only expressions in `{{{{ }}}}` are allowed"
                    ),
                    help: Some("use `if`, `for_each` and `set` steps instead".to_owned()),
                });
            }
        }
        while let Some(start) = rest.find("{{") {
            if start > 0 {
                parts.push(Part::Text(rest[..start].to_owned()));
            }
            let inside = &rest[start + 2..];
            let end = end_of_segment(inside).ok_or_else(|| SyntaxError {
                message: "`{{` without `}}`".to_owned(),
                help: Some("close the expression with `}}`".to_owned()),
            })?;
            expressions += 1;
            if expressions > MAX_EXPRESSIONS {
                return Err(SyntaxError {
                    message: format!("a text has at most {MAX_EXPRESSIONS} expressions"),
                    help: Some("split it with `set`".to_owned()),
                });
            }
            parts.push(Part::Value(Expression::parse(&inside[..end])?));
            rest = &inside[end + 2..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// Finds each expression in `written`, which is how the text stands at `span` of a source: with quotes,
    /// escapes and folded lines.
    pub(crate) fn locate(&mut self, written: &str, span: Span) {
        let mut from = 0;
        for part in &mut self.parts {
            let Part::Value(expression) = part else {
                continue;
            };
            let rest = written.get(from..).unwrap_or_default();
            let open = rest.find("{{").map_or(0, |at| at + 2);
            match rest[open..].find(expression.text()) {
                Some(at) => {
                    let start = from + open + at;
                    let end = start + expression.text().len();
                    expression.locate(Span::new(span.start + start, span.start + end));
                    from = end;
                }
                None => expression.locate(span),
            }
        }
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every dotted path that its expressions read.
    pub fn paths(&self) -> Vec<&str> {
        self.expressions()
            .flat_map(|expression| expression.paths().iter().map(String::as_str))
            .collect()
    }

    /// Its expressions, in order.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(expression) => Some(expression),
        })
    }

    /// Renders to text: texts as they are, lists and mappings as JSON.
    ///
    /// # Errors
    /// When an expression has no value, or the text grows past 256 KB.
    pub fn render(&self, scope: &Scope) -> Result<String, EvalError> {
        self.render_with(scope, |_, value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }

    /// Renders with each value as `shown` gives it, by the text of its expression.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn render_with(
        &self,
        scope: &Scope,
        shown: impl Fn(&str, &Value) -> String,
    ) -> Result<String, EvalError> {
        let mut rendered = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => rendered.push_str(text),
                Part::Value(expression) => {
                    let value = expression.evaluate(scope)?;
                    rendered.push_str(&shown(expression.text().trim(), &value));
                }
            }
            if rendered.len() > MAX_BYTES {
                return Err(EvalError {
                    message: format!("the text would be longer than {MAX_BYTES} bytes"),
                    hint: None,
                });
            }
        }
        Ok(rendered)
    }

    /// The only expression, when the text is nothing but that.
    fn lone(&self) -> Option<&Expression> {
        match self.parts.as_slice() {
            [Part::Value(expression)] => Some(expression),
            _ => None,
        }
    }
}

impl ValueTemplate {
    /// A value that is what it is, whatever braces stand in it.
    pub fn literally(value: Value) -> Self {
        Self {
            literal: value,
            shape: Shape::Literal,
        }
    }

    /// Finds the templates in a value.
    ///
    /// # Errors
    /// For the first leaf that does not parse.
    pub fn parse(value: &Value) -> Result<Self, SyntaxError> {
        let shape = match value {
            Value::String(text) if text.contains("{{") || text.contains("{%") => {
                let template = Template::parse(text)?;
                match template.lone() {
                    Some(expression) => Shape::Lone(expression.clone()),
                    None => Shape::Text(template),
                }
            }
            Value::Array(list) => {
                Shape::List(list.iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let entries = map
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), Self::parse(value)?)));
                Shape::Map(entries.collect::<Result<_, SyntaxError>>()?)
            }
            _ => Shape::Literal,
        };
        Ok(Self {
            literal: value.clone(),
            shape,
        })
    }

    /// Finds each expression in the node that the value was read from.
    pub(crate) fn locate(&mut self, node: &Node, source: &Source) {
        match (&mut self.shape, &node.kind) {
            (Shape::Lone(expression), _) => {
                let written = source.excerpt(node.span);
                let span = written.find(expression.text()).map_or(node.span, |at| {
                    let start = node.span.start + at;
                    Span::new(start, start + expression.text().len())
                });
                expression.locate(span);
            }
            (Shape::Text(template), _) => template.locate(source.excerpt(node.span), node.span),
            (Shape::List(values), Kind::List(nodes)) => {
                for (value, node) in values.iter_mut().zip(nodes) {
                    value.locate(node, source);
                }
            }
            (Shape::Map(values), Kind::Map(nodes)) => {
                for (name, value) in values {
                    if let Some((_, node)) = nodes.iter().find(|(key, _)| key.text == *name) {
                        value.locate(node, source);
                    }
                }
            }
            _ => {}
        }
    }

    /// The value as written.
    pub fn literal(&self) -> &Value {
        &self.literal
    }

    /// States whether rendering gives just the literal.
    pub fn is_literal(&self) -> bool {
        match &self.shape {
            Shape::Literal => true,
            Shape::Lone(_) | Shape::Text(_) => false,
            Shape::List(list) => list.iter().all(Self::is_literal),
            Shape::Map(map) => map.iter().all(|(_, value)| value.is_literal()),
        }
    }

    /// The value under `key`, when it is a mapping.
    pub(crate) fn entry(&self, key: &str) -> Option<&Self> {
        match &self.shape {
            Shape::Map(map) => map
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Every dotted path that its expressions read.
    pub fn paths(&self) -> Vec<&str> {
        self.expressions()
            .into_iter()
            .flat_map(|expression| expression.paths().iter().map(String::as_str))
            .collect()
    }

    /// Its expressions, in order.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        match &self.shape {
            Shape::Literal => Vec::new(),
            Shape::Lone(expression) => vec![expression],
            Shape::Text(template) => template.expressions().collect(),
            Shape::List(list) => list.iter().flat_map(Self::expressions).collect(),
            Shape::Map(map) => map
                .iter()
                .flat_map(|(_, value)| value.expressions())
                .collect(),
        }
    }

    /// Renders every leaf.
    ///
    /// # Errors
    /// When an expression has no value.
    pub fn render(&self, scope: &Scope) -> Result<Value, EvalError> {
        match &self.shape {
            Shape::Literal => Ok(self.literal.clone()),
            Shape::Lone(expression) => expression.evaluate(scope),
            Shape::Text(template) => template.render(scope).map(Value::String),
            Shape::List(list) => list
                .iter()
                .map(|value| value.render(scope))
                .collect::<Result<_, _>>()
                .map(Value::Array),
            Shape::Map(map) => {
                let entries = map
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), value.render(scope)?)));
                entries
                    .collect::<Result<Map<_, _>, EvalError>>()
                    .map(Value::Object)
            }
        }
    }
}

/// Finds the `}}` that ends a segment, passing over texts and nested braces.
fn end_of_segment(inside: &str) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut characters = inside.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') if depth > 0 => depth -= 1,
            (None, '}') if characters.peek().is_some_and(|(_, next)| *next == '}') => {
                return Some(at);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let mut scope = Scope::new();
        scope.set("intake", &json!({ "room": "204", "n": 7 }));
        scope.set(
            "answer",
            &json!({ "text": "{{ intake.room }} {{ 1 + 1 }}", "list": [1, 2] }),
        );
        scope
    }

    #[test]
    fn a_lone_expression_keeps_its_type_and_a_text_becomes_text() {
        let value = ValueTemplate::parse(
            &json!({ "n": "{{ intake.n }}", "t": "n={{ intake.n }}", "l": ["{{ answer.list }}"] }),
        )
        .unwrap();
        assert_eq!(
            value.render(&scope()).unwrap(),
            json!({ "n": 7, "t": "n=7", "l": [[1, 2]] })
        );
    }

    #[test]
    fn what_a_tool_answered_is_never_evaluated_again() {
        let template = Template::parse("<{{ answer.text }}>").unwrap();
        assert_eq!(
            template.render(&scope()).unwrap(),
            "<{{ intake.room }} {{ 1 + 1 }}>"
        );
    }

    #[test]
    fn statements_and_open_segments_are_refused() {
        let many = "{{ a }}".repeat(101);
        for text in [
            "{% for x in y %}",
            "{{ intake.room",
            "{# no #}",
            "{{ }}",
            &many,
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_undefined_name_is_an_error_that_names_the_nearest() {
        let error = Template::parse("{{ intake.rom }}")
            .unwrap()
            .render(&scope())
            .unwrap_err();
        assert!(
            error.message.contains("rom is not defined in intake"),
            "{error}"
        );
        assert_eq!(error.hint.as_deref(), Some("did you mean `room`?"));
    }
}
