//! Checks arguments against an action's schema before anything is sent, and results where an outside
//! tool declares them.

use std::sync::LazyLock;

use avops_engine::{ToolCall, ToolError, ToolReply};
use avops_recipe::ActionSpec;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Validator};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Problems named in one message; more would hide the first.
const MAX_PROBLEMS: usize = 5;

/// The compiled check of one action's arguments.
pub(crate) struct ArgumentCheck {
    validator: Validator,
    known: Vec<String>,
}

impl ArgumentCheck {
    /// Compiles an action's schema.
    ///
    /// # Errors
    /// Says what is wrong with the schema.
    pub(crate) fn compile(schema: &Value) -> Result<Self, String> {
        let validator = compile(schema)?;
        let known = schema
            .get("properties")
            .and_then(Value::as_object)
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default();
        Ok(Self { validator, known })
    }

    /// Refuses arguments that do not fit, naming each field and what it should be.
    ///
    /// # Errors
    /// [`ToolError::Refused`]; nothing has been sent.
    pub(crate) fn check(
        &self,
        tool: &str,
        action: &ActionSpec,
        args: &Value,
    ) -> Result<(), ToolError> {
        let args = if args.is_null() { &NO_ARGUMENTS } else { args };
        if self.validator.is_valid(args) {
            return Ok(());
        }
        let mut problems: Vec<String> = self
            .validator
            .iter_errors(args)
            .take(MAX_PROBLEMS)
            .map(|error| describe(&error))
            .collect();
        problems.dedup();
        let takes = if self.known.is_empty() {
            "it takes no arguments".to_owned()
        } else {
            format!("it takes: {}", self.known.join(", "))
        };
        Err(ToolError::Refused {
            message: format!("{tool}.{}: {}", action.name, problems.join("; ")),
            hint: Some(format!("nothing was sent; {takes}")),
        })
    }
}

/// The compiled check of what one action of an outside tool answers.
pub(crate) struct ResultCheck(Validator);

impl ResultCheck {
    /// Compiles an action's schema.
    ///
    /// # Errors
    /// Says what is wrong with the schema.
    pub(crate) fn compile(schema: &Value) -> Result<Self, String> {
        compile(schema).map(Self)
    }

    /// Passes on a reply whose result is as declared.
    ///
    /// # Errors
    /// [`ToolError::Unknown`]: the tool did something, but what it says of it cannot be relied on.
    pub(crate) fn check(
        &self,
        tool: &str,
        action: &ActionSpec,
        reply: ToolReply,
    ) -> Result<ToolReply, ToolError> {
        match self.0.validate(&reply.output) {
            Ok(()) => Ok(reply),
            Err(error) => Err(ToolError::Unknown {
                message: format!(
                    "{tool}.{} answered with a result that is not as declared: {}",
                    action.name,
                    describe(&error)
                ),
            }),
        }
    }
}

/// Compiles a schema. Patterns run on an engine whose time is linear in the text.
fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_pattern_options(PatternOptions::regex().size_limit(1024 * 1024))
        .build(schema)
        .map_err(|e| e.to_string())
}

/// One problem, in words that name the field.
fn describe(error: &jsonschema::ValidationError<'_>) -> String {
    let place = error.instance_path().to_string();
    let place = place.trim_start_matches('/').replace('/', ".");
    let within = if place.is_empty() {
        String::new()
    } else {
        format!(" in `{place}`")
    };
    let field = if place.is_empty() {
        "the arguments".to_owned()
    } else {
        format!("`{place}`")
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            format!(
                "`{}` is missing{within}",
                property.as_str().unwrap_or_default()
            )
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            format!("there is no argument `{}`{within}", unexpected.join("`, `"))
        }
        _ => format!(
            "{field}: {}",
            crate::outbound::excerpt(error.to_string().as_bytes())
        ),
    }
}

/// Reads checked arguments into an action's own type.
///
/// # Errors
/// [`ToolError::Refused`] when the type and the schema disagree.
pub(crate) fn read<T: DeserializeOwned>(call: &ToolCall) -> Result<T, ToolError> {
    // No arguments at all is the same as none of the optional ones.
    let args = if call.args.is_null() {
        &NO_ARGUMENTS
    } else {
        &call.args
    };
    T::deserialize(args).map_err(|error| ToolError::Refused {
        message: format!("{}.{}: {error}", call.tool, call.action),
        hint: Some("nothing was sent".to_owned()),
    })
}

static NO_ARGUMENTS: LazyLock<Value> = LazyLock::new(|| Value::Object(serde_json::Map::new()));
