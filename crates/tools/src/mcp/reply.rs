//! What an MCP server answered, in the four ways that the engine knows.

use std::time::Duration;

use avops_engine::{ToolCall, ToolError, ToolReply};
use rmcp::ServiceError;
use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock, ErrorCode};
use rmcp::transport::streamable_http_client::{HttpStatusError, StreamableHttpError};
use serde_json::{Map, Value, json};

use crate::outbound::{MAX_BODY, chain, excerpt};

/// Sorts a whole answer.
pub(super) fn reply(call: &ToolCall, response: CallToolResponse) -> Result<ToolReply, ToolError> {
    let CallToolResponse::Complete(result) = response else {
        return Err(ToolError::Refused {
            message: format!(
                "{}.{} asks for more than its arguments before it acts",
                call.tool, call.action
            ),
            hint: Some(
                "a recipe cannot answer a server's questions: choose a tool that takes everything as arguments"
                    .to_owned(),
            ),
        });
    };
    if result.is_error == Some(true) {
        let said = texts(&result);
        return Err(ToolError::Refused {
            message: format!(
                "{}.{}: {}",
                call.tool,
                call.action,
                excerpt(said.as_bytes())
            ),
            hint: None,
        });
    }
    let output = output(result);
    if output.to_string().len() > MAX_BODY {
        return Err(ToolError::Unknown {
            message: format!(
                "the answer of {} cannot be kept: it is larger than {} MB",
                call.tool,
                MAX_BODY / 1024 / 1024
            ),
        });
    }
    Ok(ToolReply {
        output,
        artifacts: Vec::new(),
    })
}

/// The structured content where there is some; else the text, and whatever is not text as it came.
fn output(result: CallToolResult) -> Value {
    if let Some(structured) = result.structured_content {
        return structured;
    }
    let mut fields = Map::from_iter([("text".to_owned(), json!(texts(&result)))]);
    let other: Vec<Value> = result
        .content
        .iter()
        .filter(|block| !matches!(block, ContentBlock::Text(_)))
        .map(|block| json!(block))
        .collect();
    if !other.is_empty() {
        fields.insert("content".to_owned(), other.into());
    }
    Value::Object(fields)
}

fn texts(result: &CallToolResult) -> String {
    let lines: Vec<&str> = result
        .content
        .iter()
        .filter_map(|block| match block {
            ContentBlock::Text(text) => Some(text.text.as_str()),
            _ => None,
        })
        .collect();
    lines.join("\n")
}

/// Sorts a failure. Only what certainly did not reach the server, or what it refused before it acted,
/// is not *unknown*.
pub(super) fn fault(call: &ToolCall, error: &ServiceError) -> ToolError {
    let who = &call.tool;
    let unknown = |reason: String| ToolError::Unknown {
        message: format!("{who} gave no answer ({reason}); whether it acted is not known"),
    };
    match error {
        ServiceError::McpError(said) if refuses(said.code) => ToolError::Refused {
            message: format!(
                "{who}.{}: {}",
                call.action,
                excerpt(said.message.as_bytes())
            ),
            hint: None,
        },
        ServiceError::TransportSend(sending) => unsent(who, sending.error.as_ref())
            .unwrap_or_else(|| unknown(excerpt(chain(error).as_bytes()))),
        other => unknown(excerpt(chain(other).as_bytes())),
    }
}

/// The answer to a call whose time was up.
pub(super) fn late(call: &ToolCall) -> ToolError {
    ToolError::Unknown {
        message: format!(
            "{} gave no answer in time and was asked to stop; whether it acted is not known",
            call.tool
        ),
    }
}

/// Codes with which a server turns a request away unread; see the error codes of the specification.
fn refuses(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::PARSE_ERROR
            | ErrorCode::INVALID_REQUEST
            | ErrorCode::METHOD_NOT_FOUND
            | ErrorCode::INVALID_PARAMS
    ) || (-32_022..=-32_020).contains(&code.0)
}

/// What the HTTP exchange says about a request that certainly did not act.
fn unsent(who: &str, error: &(dyn std::error::Error + 'static)) -> Option<ToolError> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(status) = error.downcast_ref::<HttpStatusError>() {
            return by_status(who, status);
        }
        match error.downcast_ref::<StreamableHttpError<reqwest::Error>>() {
            Some(StreamableHttpError::HttpStatus(status)) => return by_status(who, status),
            Some(StreamableHttpError::Client(client)) if client.is_connect() => {
                return Some(ToolError::NotSent {
                    message: format!("cannot reach {who}: {}", chain(client)),
                    retry_after: None,
                });
            }
            Some(
                refusal @ (StreamableHttpError::AuthRequired(_)
                | StreamableHttpError::InsufficientScope(_)),
            ) => {
                return Some(ToolError::Refused {
                    message: format!("{who} does not accept the token: {refusal}"),
                    hint: Some("an admin can set another token for this tool".to_owned()),
                });
            }
            _ => cause = error.source(),
        }
    }
    None
}

fn by_status(who: &str, status: &HttpStatusError) -> Option<ToolError> {
    const TOO_MANY_REQUESTS: u16 = 429;
    (status.status == TOO_MANY_REQUESTS).then(|| ToolError::NotSent {
        message: format!("{who} answered {status}"),
        retry_after: status
            .retry_after
            .as_deref()
            .and_then(|seconds| seconds.parse().ok())
            .map(Duration::from_secs),
    })
}
