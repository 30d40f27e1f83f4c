//! A conversation with one projector: greeting, password, commands one after the other.

use std::time::Duration;

use avops_engine::ToolError;

use super::wire::{self, Reply};
use crate::Secret;
use crate::devices::{Devices, Line, Turn};
use crate::directory::Device;
use crate::outbound::{Deadline, before_acting};

/// Longest wait for one answer. The specification says two seconds; projectors differ.
const REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait for a projector to say whether it knows the newer way to check passwords.
const OFFER_TIMEOUT: Duration = Duration::from_secs(2);

/// After this, what was unavailable may be available.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How a projector checks passwords, once it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Md5,
    Sha256,
}

/// A connected projector. Projectors take one controller at a time, so it lasts as long as a call.
pub(super) struct Session {
    line: Line,
    /// Goes before the first command.
    prefix: String,
    /// `1` or `2`.
    pub(super) class: char,
}

impl Session {
    /// Connects, shows the password, and asks for the projector's class.
    ///
    /// # Errors
    /// [`ToolError::NotSent`], or [`ToolError::Refused`] for a wrong or missing password.
    pub(super) async fn open(
        devices: &Devices<Check>,
        device: &Device,
        known: &mut Turn<Check>,
        password: Option<&Secret>,
        deadline: Deadline,
    ) -> Result<Self, ToolError> {
        let mut line = devices.dial(device, deadline).await?;
        let mut random = greeting(&mut line, deadline).await.map_err(before_acting)?;
        let mut prefix = String::new();
        if random.is_some() {
            let password = password.ok_or_else(|| ToolError::Refused {
                message: format!("{} asks for a password; nothing was sent", device.name),
                hint: Some(password_hint(device)),
            })?;
            let offered = if **known == Some(Check::Md5) {
                None
            } else {
                offer(&mut line, deadline).await
            };
            if let Some(theirs) = offered {
                **known = Some(Check::Sha256);
                prefix = wire::sha256_prefix(theirs, rand::random(), password.expose());
            } else {
                if **known != Some(Check::Md5) {
                    // A projector that does not know the question may have hung up on it.
                    line = devices.dial(device, deadline).await?;
                    random = greeting(&mut line, deadline).await.map_err(before_acting)?;
                    **known = Some(Check::Md5);
                }
                if let Some(random) = &random {
                    prefix = wire::md5_prefix(random, password.expose());
                }
            }
        }
        let mut session = Self {
            line,
            prefix,
            class: '1',
        };
        let class = session.say('1', "CLSS", "?", deadline).await;
        let class = class.map_err(|error| match before_acting(error) {
            ToolError::Refused { message, .. } => ToolError::Refused {
                message,
                hint: Some(password_hint(device)),
            },
            other => other,
        })?;
        if class == Reply::Value("2".to_owned()) {
            session.class = '2';
        }
        Ok(session)
    }

    /// Sends one command and waits for its answer.
    ///
    /// # Errors
    /// As [`Line`]; [`ToolError::Refused`] when the password is not taken.
    async fn say(
        &mut self,
        class: char,
        body: &str,
        parameter: &str,
        deadline: Deadline,
    ) -> Result<Reply, ToolError> {
        let prefix = std::mem::take(&mut self.prefix);
        let command = wire::command(&prefix, class, body, parameter);
        let deadline = deadline.at_most(REPLY_TIMEOUT);
        self.line.send(command.as_bytes(), deadline).await?;
        loop {
            let line = self.line.frame(deadline, wire::take_line).await?;
            if let Some(reply) = wire::reply(&line, class, body) {
                return Ok(reply);
            }
            if line.eq_ignore_ascii_case("PJLINK ERRA") {
                return Err(ToolError::Refused {
                    message: format!("{} does not take the password", self.line.place()),
                    hint: None,
                });
            }
        }
    }

    /// Asks for a value; `None` where the projector does not have it, or not at present.
    pub(super) async fn ask(
        &mut self,
        class: char,
        body: &str,
        deadline: Deadline,
    ) -> Result<Option<String>, ToolError> {
        self.ask_for(class, body, "?", deadline).await
    }

    /// As [`Session::ask`], for a question with a parameter.
    pub(super) async fn ask_for(
        &mut self,
        class: char,
        body: &str,
        question: &str,
        deadline: Deadline,
    ) -> Result<Option<String>, ToolError> {
        Ok(match self.say(class, body, question, deadline).await? {
            Reply::Value(value) => Some(value),
            Reply::Undefined | Reply::OutOfRange | Reply::Unavailable | Reply::Failed => None,
        })
    }

    /// Sets a value.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] when the projector cannot at present and said so before acting;
    /// [`ToolError::Refused`] when it never will; as [`Line`].
    pub(super) async fn set(
        &mut self,
        class: char,
        body: &str,
        parameter: &str,
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let place = self.line.place().to_owned();
        let refused = |message: &str, hint: &str| {
            Err(ToolError::Refused {
                message: format!("{place} {message}"),
                hint: Some(hint.to_owned()),
            })
        };
        match self.say(class, body, parameter, deadline).await? {
            Reply::Value(value) if value.eq_ignore_ascii_case("OK") => Ok(()),
            Reply::Value(value) => Err(ToolError::Unknown {
                message: format!(
                    "{place} answered {body} with `{value}` instead of OK; whether it acted is not known"
                ),
            }),
            Reply::Undefined => refused(
                &format!("does not know the command {body} (ERR1)"),
                "the model does not offer this",
            ),
            Reply::OutOfRange => refused(
                &format!("does not have the value {parameter} for {body} (ERR2)"),
                "ask projector_state for what it has",
            ),
            Reply::Unavailable => Err(ToolError::NotSent {
                message: format!(
                    "{place} does not take {body} at present (ERR3): it may be off, warming up or cooling down"
                ),
                retry_after: Some(RETRY_AFTER),
            }),
            Reply::Failed => refused(
                "reports a failure of its own (ERR4)",
                "ask projector_errors what is wrong",
            ),
        }
    }
}

fn password_hint(device: &Device) -> String {
    format!(
        "set the tool's password, or password/{} for this device alone",
        device.id
    )
}

/// Waits for the projector's greeting. Gives the random text for the password, if it wants one.
async fn greeting(line: &mut Line, deadline: Deadline) -> Result<Option<String>, ToolError> {
    let deadline = deadline.at_most(REPLY_TIMEOUT);
    let said = line.frame(deadline, wire::take_line).await?;
    let folded = said.to_ascii_uppercase();
    match folded.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["PJLINK", "0"] => Ok(None),
        ["PJLINK", "1", random] => {
            // The text counts as it was sent, in whichever case.
            let at = said.len() - random.len();
            Ok(said.get(at..).map(|random| random.trim().to_owned()))
        }
        _ => Err(ToolError::Unknown {
            message: format!("{} does not greet as a projector does", line.place()),
        }),
    }
}

/// Asks whether the projector checks passwords with SHA-256. Gives its random bytes if it does.
async fn offer(line: &mut Line, deadline: Deadline) -> Option<[u8; 16]> {
    let deadline = deadline.at_most(OFFER_TIMEOUT);
    line.send(b"PJLINK 2\r", deadline).await.ok()?;
    let said = line.frame(deadline, wire::take_line).await.ok()?;
    let mut words = said.split_whitespace();
    let is_offer = words.next()?.eq_ignore_ascii_case("PJLINK") && words.next()? == "2";
    let random = hex::decode(words.next()?).ok()?;
    is_offer.then_some(random)?.try_into().ok()
}
