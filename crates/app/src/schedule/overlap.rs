//! Whether a workflow may start a run while another one of it is open.

use avops_engine::Signal;
use avops_store::WorkflowRow;

use super::Overlap;
use crate::{Actor, App, Error, Role};

/// Most times or messages that wait for open runs of one workflow.
const LONGEST_QUEUE: u64 = 100;

/// Whose turn it is.
pub(crate) enum Turn {
    /// The run may start.
    Now,
    /// It waits until the open run has ended, for this reason.
    Wait(String),
    /// It does not come to pass, for this reason.
    Never(String),
}

/// Decides by the workflow's policy. `waiting` is how many wait already; what is open is cancelled where the policy says so.
pub(crate) async fn turn_of(
    app: &App,
    workflow: &WorkflowRow,
    overlap: Overlap,
    waiting: u64,
) -> Result<Turn, Error> {
    let open = app.store.open_runs_of_workflow(&workflow.id).await?;
    if open.is_empty() && waiting == 0 {
        return Ok(Turn::Now);
    }
    let one = open.first().map(ToString::to_string).unwrap_or_default();
    let most = match overlap {
        Overlap::Allow => return Ok(Turn::Now),
        Overlap::Skip => return Ok(Turn::Never(format!("run {one} was still open"))),
        Overlap::QueueOne => 1,
        Overlap::QueueAll => LONGEST_QUEUE,
        Overlap::CancelRunning => {
            for run in &open {
                let reason = format!("the next run of workflow {:?} is due", workflow.name);
                let cancel = Signal::Cancel {
                    reason: Some(reason),
                };
                app.engine
                    .signal(*run, cancel, &actor(workflow).name)
                    .await?;
            }
            1
        }
    };
    Ok(if waiting < most {
        Turn::Wait(format!("waits until run {one} has ended"))
    } else {
        Turn::Never(format!(
            "run {one} was still open, and {waiting} waited already"
        ))
    })
}

/// In whose name a workflow starts runs.
pub(crate) fn actor(workflow: &WorkflowRow) -> Actor {
    Actor {
        id: format!("workflow:{}", workflow.id),
        name: format!("workflow {}", workflow.name),
        role: Role::Operator,
        may_approve: false,
    }
}
