//! Notices of waits for people: to a Slack channel, once for each wait, beside the runs and never in their way.
//!
//! A notice is noted before it is sent, and sent under a key made of the wait, which the connector keeps: neither a lost
//! answer nor a crash makes two of it.

mod setting;

pub use setting::{LastNotice, NoticeSettings, NoticesChange};
pub(crate) use setting::{change, read};

use std::time::Duration;

use avops_engine::{Mode, ToolCall, ToolError, Toolbox as _, WaitReason};
use avops_store::NoticeRow;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Actor, App, Error, Permission};

/// The tool and action that carry notices.
const TOOL: &str = "slack";
const ACTION: &str = "post_message";
/// So many notices are looked at in one go.
const AT_ONCE: u32 = 50;
/// Longest wait for an answer to one.
const PATIENCE: Duration = Duration::from_secs(30);
/// Hints of changes may be lost, so waits are looked for this often all the same.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Changes that come close together are looked at together.
const GATHER: Duration = Duration::from_millis(500);
/// The pauses before a notice that was not taken is tried again.
const AGAIN: [SignedDuration; 4] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_hours(1),
];
/// Longest question in a notice, in characters.
const LONGEST_PROMPT: usize = 300;

/// Tells waits to people, until told to stop.
pub async fn serve(app: App, stop: CancellationToken) {
    let mut hints = app.engine.changes();
    loop {
        if let Err(error) = look(&app).await {
            tracing::warn!(%error, "waits could not be looked at for notices; trying again");
        }
        let changed = async {
            // Whether it was a hint or a gap in them is all the same.
            if let Err(tokio::sync::broadcast::error::RecvError::Closed) = hints.recv().await {
                std::future::pending::<()>().await;
            }
            app.clock.sleep(GATHER).await;
        };
        tokio::select! {
            () = app.clock.sleep(LOOK_AGAIN) => {}
            () = changed => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Sends what is due: notices of new waits, and those that were not taken.
pub(crate) async fn look(app: &App) -> Result<(), Error> {
    let Some((channel, since)) = setting::active(app).await? else {
        return Ok(());
    };
    for wait in app.store.waits_without_notice(since, AT_ONCE).await? {
        let now = app.now();
        app.store
            .keep_notice(&NoticeRow {
                run: wait.run,
                step: wait.step.key.0.clone(),
                attempt: wait.step.attempt,
                state: "sending".to_owned(),
                channel: channel.clone(),
                tries: 0,
                next_at: Some(now),
                at: now,
                error: None,
                url: None,
            })
            .await?;
    }
    for notice in app.store.due_notices(app.now(), AT_ONCE).await? {
        let settled = try_one(app, notice).await?;
        app.store.keep_notice(&settled).await?;
    }
    Ok(())
}

/// Sends one, unless what it is about was answered meanwhile.
async fn try_one(app: &App, notice: NoticeRow) -> Result<NoticeRow, Error> {
    let now = app.now();
    let over = NoticeRow {
        state: "over".to_owned(),
        next_at: None,
        at: now,
        ..notice.clone()
    };
    let Some(run) = app.store.run(notice.run).await? else {
        return Ok(over);
    };
    let steps = app.store.steps(notice.run).await?;
    let step = steps
        .into_iter()
        .find(|step| step.key.0 == notice.step && step.attempt == notice.attempt);
    let Some(gate) = step
        .and_then(|step| step.gate)
        .filter(|_| !run.state.status.is_final())
    else {
        return Ok(over);
    };
    let text = words(
        &run.name,
        gate.reason,
        &gate.role,
        &gate.prompt,
        &run.url,
        run.mode,
    );
    let key = format!("notice:{}:{}:{}", notice.run, notice.step, notice.attempt);
    let sent = post(app, &notice.channel, &text, key, run.mode).await;
    let tries = notice.tries + 1;
    Ok(match sent {
        Ok(url) => NoticeRow {
            state: "sent".to_owned(),
            tries,
            next_at: None,
            at: now,
            error: None,
            url,
            ..notice
        },
        Err(error) => {
            let pause = match &error {
                ToolError::Refused { .. } => None,
                ToolError::NotSent { .. } | ToolError::Unknown { .. } => {
                    usize::try_from(notice.tries)
                        .ok()
                        .and_then(|at| AGAIN.get(at))
                }
            };
            tracing::warn!(run = %notice.run, step = notice.step, %error, "a notice of a wait was not taken");
            NoticeRow {
                state: if pause.is_some() { "sending" } else { "failed" }.to_owned(),
                tries,
                next_at: pause.and_then(|pause| now.checked_add(*pause).ok()),
                at: now,
                error: Some(error.to_string()),
                ..notice
            }
        }
    })
}

/// Posts a text through the Slack connector; a live run's through the real one, every other's in the simulated campus.
async fn post(
    app: &App,
    channel: &str,
    text: &str,
    key: String,
    mode: Mode,
) -> Result<Option<String>, ToolError> {
    let call = ToolCall {
        tool: TOOL.to_owned(),
        action: ACTION.to_owned(),
        args: json!({ "channel": channel, "text": text }),
        idempotency_key: key,
        timeout: PATIENCE,
        mode: if mode == Mode::Live {
            Mode::Live
        } else {
            Mode::Mock
        },
    };
    let reply = app.tools.call(&call).await?;
    let link = reply.output.get("permalink").and_then(|link| link.as_str());
    Ok(link.map(str::to_owned))
}

/// Tells people something that no run waits for, where a channel is set; once for each key. What Slack has to say about it
/// goes to the log: whoever is to be told has the page and the audit trail besides.
pub(crate) async fn tell(app: &App, text: &str, key: String) -> Result<(), Error> {
    let Some((channel, _)) = setting::active(app).await? else {
        return Ok(());
    };
    if let Err(error) = post(app, &channel, text, key, app.tools.mode()).await {
        tracing::warn!(%error, "a notice was not taken");
    }
    Ok(())
}

fn words(run: &str, reason: WaitReason, role: &str, prompt: &str, url: &str, mode: Mode) -> String {
    let what = match reason {
        WaitReason::Input => "an answer",
        WaitReason::Approval => "an approval",
        WaitReason::Manual => "somebody's hands",
        WaitReason::Interrupted => "somebody to say what happened",
        WaitReason::Held => "a release",
        WaitReason::Paused => "somebody to resume it",
        WaitReason::Timer | WaitReason::Lock | WaitReason::Window | WaitReason::Child => {
            "something"
        }
    };
    let mut prompt: String = prompt.chars().take(LONGEST_PROMPT + 1).collect();
    if prompt.chars().count() > LONGEST_PROMPT {
        prompt.pop();
        prompt.push('…');
    }
    let campus = if mode == Mode::Live {
        ""
    } else {
        " (simulated)"
    };
    format!("{run}{campus} waits for {what}, by {role}: {prompt}\n{url}")
}

/// What to send a test to.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeTest {
    /// The channel; the one that is set when absent.
    #[serde(default)]
    pub channel: Option<String>,
}

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoticeTried {
    /// Whether it was taken.
    pub ok: bool,
    /// Where it went.
    pub channel: String,
    /// Whether the simulated campus took it.
    pub simulated: bool,
    /// Where to look at it.
    pub url: Option<String>,
    /// Why it was not taken.
    pub error: Option<String>,
    /// How to mend it.
    pub hint: Option<String>,
}

/// Sends a test notice now: in mock mode to the simulated campus, else to the real Slack.
///
/// # Errors
/// [`Error::BadInput`] when no channel is given or set. What Slack has to say stands in the answer.
pub async fn test(app: &App, by: &Actor, which: NoticeTest) -> Result<NoticeTried, Error> {
    by.require(Permission::ManageWorkspace)?;
    let usual = setting::read(app).await?.channel;
    let channel = match which.channel.or(usual) {
        Some(channel) => setting::checked(&channel)?,
        None => {
            return Err(Error::bad_input(
                "no channel is given or set",
                "give one, for example #av-ops",
            ));
        }
    };
    let mode = app.tools.mode();
    let text = format!(
        "A test of notices: here it is told when work waits for a person.\n{}/inbox",
        app.options.public_url
    );
    let key = format!("notice-test:{}", Uuid::now_v7());
    let sent = post(app, &channel, &text, key, mode).await;
    let hint = match &sent {
        Err(ToolError::Refused { hint, .. }) => hint.clone(),
        _ => None,
    };
    Ok(NoticeTried {
        ok: sent.is_ok(),
        channel,
        simulated: mode != Mode::Live,
        error: sent.as_ref().err().map(ToString::to_string),
        url: sent.ok().flatten(),
        hint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_what_waits_for_whom_and_where() {
        let told = words(
            "Boardroom 4",
            WaitReason::Approval,
            "operator",
            &"x".repeat(1000),
            "http://127.0.0.1:8420/runs/1",
            Mode::Mock,
        );
        assert!(told.starts_with("Boardroom 4 (simulated) waits for an approval, by operator: x"));
        assert!(told.ends_with("x…\nhttp://127.0.0.1:8420/runs/1"));
        assert!(told.chars().count() < 400);
    }
}
