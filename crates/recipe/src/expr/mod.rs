//! Expressions: looked at by [`guard`], compiled once, evaluated with budgets.

pub(crate) mod convert;
pub(crate) mod functions;
pub(crate) mod guard;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;
use thiserror::Error;

use crate::nearest::nearest;
use crate::scope::Scope;
use crate::source::Span;

pub use functions::{FILTERS, TESTS};

/// Instructions that one evaluation may take.
const FUEL: u64 = 10_000;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(32);
    environment.set_debug(false);
    functions::register(&mut environment);
    environment
});

/// A compiled expression that cannot abort the process, whatever its author wrote.
#[derive(Clone)]
pub struct Expression {
    inner: Arc<Inner>,
    span: Span,
}

struct Inner {
    text: String,
    compiled: minijinja::Expression<'static, 'static>,
    multiplies: bool,
    paths: Vec<String>,
}

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, for people.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// Why an expression or template has no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct EvalError {
    /// What went wrong, with the expression in it.
    pub message: String,
    /// How to mend it, for example the nearest defined name.
    pub hint: Option<String>,
}

impl Expression {
    /// Compiles a bare expression; surrounding `{{ }}` are accepted.
    ///
    /// # Errors
    /// When it passes a bound or does not parse.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let bare = bare(text);
        if bare.is_empty() {
            return Err(SyntaxError {
                message: "the expression is empty".to_owned(),
                help: None,
            });
        }
        let shape = guard::inspect(bare)?;
        let compiled = ENVIRONMENT
            .compile_expression_owned(bare.to_owned())
            .map_err(|error| syntax_error(&error))?;
        let found: BTreeSet<_> = compiled.undeclared_variables(true).into_iter().collect();
        let mut paths: Vec<_> = found.into_iter().collect();
        paths.sort_by_key(|path| bare.find(path.split('.').next().unwrap_or(path)));
        Ok(Self {
            inner: Arc::new(Inner {
                text: bare.to_owned(),
                compiled,
                multiplies: shape.multiplies,
                paths,
            }),
            span: Span::default(),
        })
    }

    /// Says where in a source the text (without braces) stands.
    pub(crate) fn locate(&mut self, span: Span) {
        self.span = span;
    }

    /// Where one of its [paths](Self::paths) stands in the source, as exactly as that is known; `fallback` for an
    /// expression that was parsed by itself.
    pub(crate) fn span_of(&self, path: &str, fallback: Span) -> Span {
        if self.span == Span::default() {
            return fallback;
        }
        let text = self.text();
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let found = text.match_indices(path).find(|(at, _)| {
            !text[..*at].ends_with(is_part) && !text[at + path.len()..].starts_with(is_part)
        });
        match found {
            Some((at, _)) if self.span.end - self.span.start == text.len() => {
                Span::new(self.span.start + at, self.span.start + at + path.len())
            }
            _ => self.span,
        }
    }

    /// The text as written, without surrounding `{{ }}`.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Every dotted path that it reads (`zoom_room.status`), in order of appearance.
    pub fn paths(&self) -> &[String] {
        &self.inner.paths
    }

    /// Gives its value.
    ///
    /// # Errors
    /// When a name is undefined, an operation does not fit its values, or a budget is used up.
    pub fn evaluate(&self, scope: &Scope) -> Result<Value, EvalError> {
        if self.inner.multiplies {
            self.only_numbers(scope)?;
        }
        let value = self
            .inner
            .compiled
            .eval(scope.context())
            .map_err(|error| self.eval_error(scope, &error))?;
        if value.is_undefined() {
            return Err(self.undefined(scope));
        }
        convert::to_json(&value).map_err(|_| self.failed("its value is too large"))
    }

    /// Gives its value as true or false; anything that is not a boolean is an error.
    ///
    /// # Errors
    /// As [`Expression::evaluate`], and when the value is not a boolean.
    pub fn truth(&self, scope: &Scope) -> Result<bool, EvalError> {
        match self.evaluate(scope)? {
            Value::Bool(truth) => Ok(truth),
            other => {
                let shown: String = other.to_string().chars().take(80).collect();
                let mut error = self.failed(&format!("it is {shown}, not true or false"));
                error.hint = Some(
                    "compare it, for example with `== 'online'`, `!= none` or `| length > 0`"
                        .to_owned(),
                );
                Err(error)
            }
        }
    }

    /// Gives the value of every path that the expression reads (`zoom_room.status` → `"online"`), so that a
    /// failed check can show both sides. Paths that have no value are left out.
    pub fn operands(&self, scope: &Scope) -> Vec<(String, Value)> {
        self.inner
            .paths
            .iter()
            .filter_map(|path| Some((path.clone(), scope.lookup(path)?)))
            .collect()
    }

    /// `*` on a text or list makes lazy values that later operators would walk without end.
    fn only_numbers(&self, scope: &Scope) -> Result<(), EvalError> {
        for path in &self.inner.paths {
            let Some(value) = scope.live(path) else {
                continue;
            };
            if value.as_str().is_some() || value.try_iter().is_ok() && !value.is_none() {
                return Err(self.failed(&format!(
                    "`*` multiplies numbers, but {path} is a {}",
                    value.kind()
                )));
            }
        }
        Ok(())
    }

    fn failed(&self, why: &str) -> EvalError {
        EvalError {
            message: format!("`{}` has no value: {why}", self.inner.text),
            hint: None,
        }
    }

    fn eval_error(&self, scope: &Scope, error: &minijinja::Error) -> EvalError {
        match error.kind() {
            ErrorKind::UndefinedError => self.undefined(scope),
            ErrorKind::OutOfFuel => self.failed("it takes too long to evaluate"),
            _ => self.failed(
                error
                    .detail()
                    .unwrap_or("an operation does not fit its values"),
            ),
        }
    }

    /// Names the first part of a path that is not there, and the nearest one that is.
    fn undefined(&self, scope: &Scope) -> EvalError {
        for path in &self.inner.paths {
            let mut known = String::new();
            for part in path.split('.') {
                let next = if known.is_empty() {
                    part.to_owned()
                } else {
                    format!("{known}.{part}")
                };
                if scope.live(&next).is_none() {
                    let siblings = scope.names_under(&known);
                    let place = if known.is_empty() {
                        String::new()
                    } else {
                        format!(" in {known}")
                    };
                    let hint = nearest(part, siblings.iter().map(String::as_str)).map_or_else(
                        || {
                            (!siblings.is_empty())
                                .then(|| format!("there are: {}", siblings.join(", ")))
                        },
                        |name| Some(format!("did you mean `{name}`?")),
                    );
                    return EvalError {
                        message: format!("`{}`: {part} is not defined{place}", self.inner.text),
                        hint,
                    };
                }
                known = next;
            }
        }
        self.failed("a value in it is not defined")
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.inner.text).finish()
    }
}

fn bare(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"))
        .filter(|inner| !inner.contains("}}"))
        .map_or(text, str::trim)
}

fn syntax_error(error: &minijinja::Error) -> SyntaxError {
    let message = match error.kind() {
        ErrorKind::UnknownFilter => "a filter in it is not known".to_owned(),
        _ => error.detail().unwrap_or("it does not parse").to_owned(),
    };
    let help = (message.contains("filter")).then(|| format!("filters are: {}", FILTERS.join(", ")));
    SyntaxError { message, help }
}
