//! A line to one switcher: banner, password, tagged answers; one command in flight.

use std::time::Duration;

use avops_engine::ToolError;
use jiff::{SignedDuration, Timestamp};

use super::wire::{self, ESC, Said};
use crate::Secret;
use crate::devices::Line;
use crate::directory::Device;
use crate::outbound::{Deadline, before_acting};

/// Longest wait for one answer.
const REPLY_TIMEOUT: Duration = Duration::from_secs(3);

/// Longest wait for what a unit says first.
const BANNER_TIMEOUT: Duration = Duration::from_secs(2);

/// Longest wait after that for the question for a password, where one is set.
const PROMPT_TIMEOUT: Duration = Duration::from_secs(1);

/// A unit closes a line that was silent for five minutes.
const KEPT: SignedDuration = SignedDuration::from_mins(4);

/// After this, a unit that was busy may not be.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// A line to one switcher.
pub(super) struct Session {
    line: Line,
    /// Whether answers carry their tags.
    pub(super) is_tagged: bool,
    used: Timestamp,
    in_doubt: bool,
}

impl Session {
    /// Logs in where the unit asks for it, and turns tags on.
    ///
    /// # Errors
    /// [`ToolError::NotSent`], or [`ToolError::Refused`] for a missing or wrong password.
    pub(super) async fn open(
        line: Line,
        device: &Device,
        password: Option<&Secret>,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Self, ToolError> {
        let mut session = Self {
            line,
            is_tagged: true,
            used: now,
            in_doubt: false,
        };
        let asked = session.is_asked_for_password(password, deadline).await;
        if asked.map_err(before_acting)? {
            let password = password.ok_or_else(|| missing_password(device))?;
            let answer = session.log_in(device, password, deadline).await;
            answer.map_err(before_acting)?;
        }
        // Tags tell an answer from news; with them comes news of what others change.
        let tags_on = format!("{ESC}3CV\r");
        let tagged = |line: &str| wire::tagged_number(line, "Vrb");
        let answer = session.exchange(device, &tags_on, tagged, deadline).await;
        session.is_tagged = answer.map_err(before_acting)? == Ok(3);
        Ok(session)
    }

    /// Waits for what the unit says first, and for its question if there is a password to give.
    async fn is_asked_for_password(
        &mut self,
        password: Option<&Secret>,
        deadline: Deadline,
    ) -> Result<bool, ToolError> {
        let mut until = deadline.at_most(BANNER_TIMEOUT);
        loop {
            match self.line.frame(until, wire::take).await {
                Ok(Said::Prompt) => return Ok(true),
                Ok(Said::Line(text)) if is_date(&text) && password.is_none() => return Ok(false),
                Ok(Said::Line(text)) if is_date(&text) => {
                    until = deadline.at_most(PROMPT_TIMEOUT);
                }
                Ok(Said::Line(_)) => {}
                // A unit that says nothing of its own accord can still answer; one that hung up cannot.
                Err(silence) => {
                    return if self.line.is_open() {
                        Ok(false)
                    } else {
                        Err(silence)
                    };
                }
            }
        }
    }

    async fn log_in(
        &mut self,
        device: &Device,
        password: &Secret,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let deadline = deadline.at_most(REPLY_TIMEOUT);
        let answer = format!("{}\r", password.expose());
        self.line.send(answer.as_bytes(), deadline).await?;
        loop {
            match self.line.frame(deadline, wire::take).await? {
                Said::Line(text) if text.starts_with("Login ") => {
                    self.line.answered();
                    return Ok(());
                }
                Said::Line(_) => {}
                Said::Prompt => {
                    return Err(ToolError::Refused {
                        message: format!("{} does not take the password", device.name),
                        hint: Some(password_hint(device)),
                    });
                }
            }
        }
    }

    /// States whether the line can take another command at this time.
    pub(super) fn is_usable(&mut self, now: Timestamp) -> bool {
        !self.in_doubt
            && self.line.is_in_step()
            && now.duration_since(self.used) < KEPT
            && self.line.is_open()
    }

    /// The line was used at this time.
    pub(super) fn used(&mut self, now: Timestamp) {
        self.used = now;
    }

    /// An answer may have been news that looked like it: the line is not used for another command.
    pub(super) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// Sends one command and waits for the line that `wanted` takes for its answer. News is passed
    /// over. An error of the unit (its number) is not an error here.
    ///
    /// # Errors
    /// As [`Line`].
    pub(super) async fn exchange<T>(
        &mut self,
        device: &Device,
        command: &str,
        wanted: impl Fn(&str) -> Option<T>,
        deadline: Deadline,
    ) -> Result<Result<T, u8>, ToolError> {
        let deadline = deadline.at_most(REPLY_TIMEOUT);
        self.line.send(command.as_bytes(), deadline).await?;
        loop {
            match self.line.frame(deadline, wire::take).await? {
                Said::Prompt => return Err(missing_password(device)),
                Said::Line(line) => {
                    // Some set-ups echo what was sent, and the answer follows on the same line.
                    let echoed = line.strip_prefix(command.trim_end());
                    let said = echoed.unwrap_or(&line).trim();
                    let answer = match wire::error(said) {
                        Some(number) => Some(Err(number)),
                        None => wanted(said).map(Ok),
                    };
                    if let Some(answer) = answer {
                        self.line.answered();
                        return Ok(answer);
                    }
                }
            }
        }
    }

    /// As [`Session::exchange`], with an error of the unit as the error that it means.
    pub(super) async fn ask<T>(
        &mut self,
        device: &Device,
        command: &str,
        wanted: impl Fn(&str) -> Option<T>,
        deadline: Deadline,
    ) -> Result<T, ToolError> {
        let answer = self.exchange(device, command, wanted, deadline).await?;
        answer.map_err(|number| explain(device, number))
    }
}

/// `Mon, 18 Oct 2024 11:27:33`, the last line of what a unit says first.
fn is_date(line: &str) -> bool {
    let day = line.split_once(',').map_or("", |(day, _)| day);
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&day)
}

fn missing_password(device: &Device) -> ToolError {
    ToolError::Refused {
        message: format!("{} asks for a password; nothing was changed", device.name),
        hint: Some(password_hint(device)),
    }
}

fn password_hint(device: &Device) -> String {
    format!(
        "set the tool's password, or password/{} for this device alone",
        device.id
    )
}

/// What an error of a unit means for a call.
pub(super) fn explain(device: &Device, number: u8) -> ToolError {
    let refused = |what: &str, hint: &str| ToolError::Refused {
        message: format!("{} refused: {what} (E{number:02})", device.name),
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
    };
    match number {
        1 => refused("it has no such input", ""),
        6 => refused(
            "its inputs switch by themselves",
            "turn auto-switch off at the device",
        ),
        10 | 14 => refused(
            "this model does not know the command, or not as it is set up",
            "",
        ),
        11 => refused("there is no such preset", ""),
        12 => refused(
            "it has no such output",
            "leave `output` out for a switcher with a single one",
        ),
        13 => refused("a value is out of its range", ""),
        24 => refused(
            "the password is a user's, and this needs an administrator's",
            &password_hint(device),
        ),
        22 | 26 => ToolError::NotSent {
            message: format!(
                "{} is busy (E{number:02}); nothing was changed",
                device.name
            ),
            retry_after: Some(RETRY_AFTER),
        },
        17 | 18 => ToolError::Unknown {
            message: format!(
                "{} gave up on the command (E{number:02}); whether it acted is not known",
                device.name
            ),
        },
        _ => refused(
            "the command failed",
            "the guide of the model explains the number",
        ),
    }
}
