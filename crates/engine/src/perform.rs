//! Carries out one call: its time limit, and a crash of the connector.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;

use crate::clock::Clock;
use crate::tool::{ToolCall, ToolError, ToolReply, Toolbox};

/// How much longer than its limit a call may take before it is given up here. Connectors keep the limit themselves and
/// know better how the call stood.
const PATIENCE: Duration = Duration::from_millis(250);

/// Makes one call. Whatever happens, it ends within its limit and in one of the four ways.
pub(crate) async fn perform(
    toolbox: &dyn Toolbox,
    clock: &dyn Clock,
    call: &ToolCall,
) -> Result<ToolReply, ToolError> {
    let limit = call.timeout + PATIENCE;
    tokio::select! {
        biased;
        answer = AssertUnwindSafe(toolbox.call(call)).catch_unwind() => match answer {
            Ok(answer) => answer,
            Err(_) => Err(ToolError::Unknown {
                message: format!("the connector of {} broke down in the call", call.tool),
            }),
        },
        () = clock.sleep(limit) => Err(ToolError::Unknown {
            message: format!(
                "no answer from {}.{} within {} ms",
                call.tool,
                call.action,
                call.timeout.as_millis()
            ),
        }),
    }
}
