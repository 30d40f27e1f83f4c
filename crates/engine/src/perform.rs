//! Carries out one call: its time limit, and a crash of the connector.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;

use crate::embedded::Ports;
use crate::next::Request;
use crate::tool::{ToolError, ToolReply};

/// How much longer than its limit a call may take before it is given up here. Connectors keep the limit themselves and
/// know better how the call stood.
const PATIENCE: Duration = Duration::from_millis(250);

/// Makes one call. Whatever happens, it ends within its limit and in one of the four ways.
pub(crate) async fn perform(ports: &Ports, request: &Request) -> Result<ToolReply, ToolError> {
    let (who, timeout) = match request {
        Request::Tool(call) => (format!("{}.{}", call.tool, call.action), call.timeout),
        Request::Model(question) => ("the language model".to_owned(), question.timeout),
    };
    tokio::select! {
        biased;
        answer = AssertUnwindSafe(answer(ports, request)).catch_unwind() => match answer {
            Ok(answer) => answer,
            Err(_) => Err(ToolError::Unknown {
                message: format!("the connector of {} broke down in the call", request.name()),
            }),
        },
        () = ports.clock.sleep(timeout + PATIENCE) => Err(ToolError::Unknown {
            message: format!("no answer from {who} within {} ms", timeout.as_millis()),
        }),
    }
}

async fn answer(ports: &Ports, request: &Request) -> Result<ToolReply, ToolError> {
    match request {
        Request::Tool(call) => ports.toolbox.call(call).await,
        Request::Model(question) => {
            let turn = ports.models.turn(question).await?;
            let output = serde_json::to_value(turn).map_err(|error| ToolError::Refused {
                message: format!("the model's turn cannot be kept: {error}"),
                hint: None,
            })?;
            Ok(ToolReply {
                output,
                artifacts: Vec::new(),
            })
        }
    }
}

impl Request {
    /// Who is asked, in a word.
    fn name(&self) -> &str {
        match self {
            Self::Tool(call) => &call.tool,
            Self::Model(_) => "the language model",
        }
    }

    /// Bounds the time that it may take.
    pub(crate) fn limit(&mut self, timeout: Duration) {
        match self {
            Self::Tool(call) => call.timeout = timeout,
            Self::Model(question) => question.timeout = timeout,
        }
    }
}
