//! A line to one core: logged on, one command in flight, kept open while it is used.

use std::sync::{Arc, Weak};
use std::time::Duration;

use avops_engine::{Clock, ToolError};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::watch::Groups;
use super::wire::{self, Fault};
use crate::Secret;
use crate::devices::Line;
use crate::directory::Device;
use crate::outbound::{Deadline, before_acting, excerpt};

/// Longest wait for one answer.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// A core closes a line that was silent for a minute.
const BEAT: Duration = Duration::from_secs(20);

/// A line that nobody has used for so many beats (ten minutes) is closed.
const IDLE_BEATS: u32 = 30;

/// "Logon required", or credentials that are not taken.
const LOGON_REQUIRED: i64 = 10;

/// The user and the PIN of a core with access control.
pub(super) struct Credentials<'s> {
    pub(super) user: Option<&'s Secret>,
    pub(super) pin: Option<&'s Secret>,
}

/// A line to one core.
pub(super) struct Session {
    line: Line,
    next_id: u64,
    idle_beats: u32,
    /// Lives as long as this.
    alive: Arc<()>,
    /// The change groups of this line; a core forgets them with the line.
    pub(super) groups: Groups,
}

impl Session {
    /// Logs on where there are credentials.
    ///
    /// # Errors
    /// [`ToolError::NotSent`], or [`ToolError::Refused`] for credentials that the core does not take.
    pub(super) async fn open(
        line: Line,
        device: &Device,
        credentials: Credentials<'_>,
        deadline: Deadline,
    ) -> Result<Self, ToolError> {
        let mut session = Self {
            line,
            next_id: 1,
            idle_beats: 0,
            alive: Arc::default(),
            groups: Groups::default(),
        };
        if let Some(user) = credentials.user {
            let pin = credentials.pin.map(Secret::expose).unwrap_or_default();
            let params = json!({ "User": user.expose(), "Password": pin });
            let answer = session.exchange("Logon", &params, deadline).await;
            if let Err(fault) = answer.map_err(before_acting)? {
                return Err(ToolError::Refused {
                    message: format!(
                        "{} does not take the user and PIN (code {}); nothing was sent",
                        session.line.place(),
                        fault.code
                    ),
                    hint: Some(logon_hint(device)),
                });
            }
        }
        Ok(session)
    }

    /// Keeps the line open for as long as this session is in `kept` and used.
    pub(super) fn keep_open(&self, kept: Weak<Mutex<Option<Self>>>, clock: Arc<dyn Clock>) {
        tokio::spawn(beat_while(Arc::downgrade(&self.alive), kept, clock));
    }

    /// States whether the line can take another command. Takes in what the core said meanwhile.
    pub(super) fn is_usable(&mut self) -> bool {
        self.line.is_in_step() && self.line.is_open()
    }

    /// Sends one command and waits for its own answer.
    ///
    /// # Errors
    /// As [`Line`]. A core's refusal is not an error here.
    pub(super) async fn exchange(
        &mut self,
        method: &str,
        params: &Value,
        deadline: Deadline,
    ) -> Result<Result<Value, Fault>, ToolError> {
        let id = self.next_id;
        self.next_id += 1;
        self.idle_beats = 0;
        let deadline = deadline.at_most(REPLY_TIMEOUT);
        let command = wire::command(id, method, params);
        self.line.send(&command, deadline).await?;
        loop {
            let frame = self.line.frame(deadline, wire::take_frame).await?;
            // Without our id it is news of the core, or an echo: never the answer.
            if frame.method.is_some() || frame.id.as_u64() != Some(id) {
                continue;
            }
            self.line.answered();
            return Ok(match frame.error {
                Some(fault) => Err(fault),
                None => Ok(frame.result),
            });
        }
    }

    /// As [`Session::exchange`], with a core's refusal as the error that it means.
    pub(super) async fn ask(
        &mut self,
        device: &Device,
        method: &str,
        params: &Value,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let answer = self.exchange(method, params, deadline).await?;
        answer.map_err(|fault| explain(device, method, &fault))
    }

    /// Keeps the line open. Gives `false` when it is not, or has not been used for long.
    async fn beat(&mut self) -> bool {
        self.idle_beats += 1;
        let deadline = Deadline::after(REPLY_TIMEOUT);
        self.idle_beats <= IDLE_BEATS
            && self.is_usable()
            && self.line.tell(&wire::no_op(), deadline).await.is_ok()
    }
}

async fn beat_while(alive: Weak<()>, kept: Weak<Mutex<Option<Session>>>, clock: Arc<dyn Clock>) {
    loop {
        clock.sleep(BEAT).await;
        let Some(kept) = kept.upgrade() else { return };
        let mut session = kept.lock().await;
        // A session that is gone has been followed by another, with a beat of its own.
        if alive.strong_count() == 0 {
            return;
        }
        let is_open = match session.as_mut() {
            Some(session) => session.beat().await,
            None => false,
        };
        if !is_open {
            *session = None;
            return;
        }
    }
}

/// What a core's refusal means for a call.
pub(super) fn explain(device: &Device, method: &str, fault: &Fault) -> ToolError {
    let said = excerpt(fault.message.as_bytes());
    let message = format!(
        "{} refused {method} with code {}: {said}",
        device.name, fault.code
    );
    let hint = match fault.code {
        -32603 => {
            return ToolError::Unknown {
                message: format!("{message}; whether it acted is not known"),
            };
        }
        -32604 => {
            "this core is on standby: register the active core of the pair, or both as devices"
                .to_owned()
        }
        LOGON_REQUIRED => logon_hint(device),
        7 => {
            "list_components shows the components that scripts may reach: a component needs a code name and script access"
                .to_owned()
        }
        8 => "a control is named as in the design, and reached as a named control or in its component"
            .to_owned(),
        _ => "see the core's log and the design".to_owned(),
    };
    ToolError::Refused {
        message,
        hint: Some(hint),
    }
}

fn logon_hint(device: &Device) -> String {
    format!(
        "set the tool's user and pin, or user/{id} and pin/{id} for this core alone, as made in Q-SYS Administrator",
        id = device.id
    )
}
