//! The line to one device: bytes out, frames in, and whether an answer is still owed.

use avops_engine::ToolError;
use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::outbound::Deadline;

/// Bytes kept while a frame is incomplete; the largest known answer, a component list, is far smaller.
const MAX_FRAME: usize = 4 * 1024 * 1024;

/// A connection to one device.
pub(crate) struct Line {
    stream: TcpStream,
    heard: BytesMut,
    place: String,
    owed: bool,
}

impl Line {
    /// A line over `stream`. `place` names the device in messages.
    pub(super) fn new(stream: TcpStream, place: String) -> Self {
        Self {
            stream,
            heard: BytesMut::new(),
            place,
            owed: false,
        }
    }

    /// The device, for messages.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// States whether every command so far has had its answer. A line that owes one is never used
    /// again: its late answer would be taken for that of the next command.
    pub(crate) fn is_in_step(&self) -> bool {
        !self.owed
    }

    /// The last command has had its answer.
    pub(crate) fn answered(&mut self) {
        self.owed = false;
    }

    /// Writes one command, to which an answer is owed from now on.
    ///
    /// # Errors
    /// [`ToolError::NotSent`] when not one byte of it left, else [`ToolError::Unknown`].
    pub(crate) async fn send(
        &mut self,
        command: &[u8],
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        self.owed = true;
        let mut left = command;
        let writing = async {
            while !left.is_empty() {
                let written = self.stream.write(left).await?;
                left = left.get(written..).unwrap_or_default();
                if written == 0 {
                    return Err(std::io::Error::from(std::io::ErrorKind::WriteZero));
                }
            }
            Ok(())
        };
        let reason = match deadline.wait(writing).await {
            Some(Ok(())) => return Ok(()),
            Some(Err(error)) => error.to_string(),
            None => "it took nothing in time".to_owned(),
        };
        if left.len() == command.len() {
            return Err(ToolError::NotSent {
                message: format!("{} took no command: {reason}; nothing was sent", self.place),
                retry_after: None,
            });
        }
        Err(self.unknown(&format!("broke off in the middle of a command ({reason})")))
    }

    /// Writes something that no answer is owed to.
    ///
    /// # Errors
    /// As [`Line::send`].
    pub(crate) async fn tell(
        &mut self,
        message: &[u8],
        deadline: Deadline,
    ) -> Result<(), ToolError> {
        let owed = self.owed;
        self.send(message, deadline).await?;
        self.owed = owed;
        Ok(())
    }

    /// Waits until `cut` takes a whole frame out of what was heard.
    ///
    /// # Errors
    /// [`ToolError::Unknown`].
    pub(crate) async fn frame<T>(
        &mut self,
        deadline: Deadline,
        mut cut: impl FnMut(&mut BytesMut) -> Option<T>,
    ) -> Result<T, ToolError> {
        loop {
            if let Some(frame) = cut(&mut self.heard) {
                return Ok(frame);
            }
            if self.heard.len() > MAX_FRAME {
                return Err(self.unknown("sent more than any answer holds"));
            }
            match deadline.wait(self.stream.read_buf(&mut self.heard)).await {
                Some(Ok(0)) => return Err(self.unknown("hung up without an answer")),
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    return Err(self.unknown(&format!("broke off without an answer ({error})")));
                }
                None => return Err(self.unknown("gave no answer in time")),
            }
        }
    }

    /// Takes in what the device has said unasked. Gives `false` when it has hung up.
    pub(crate) fn is_open(&mut self) -> bool {
        loop {
            match self.stream.try_read_buf(&mut self.heard) {
                Ok(0) => return false,
                Ok(_) if self.heard.len() > MAX_FRAME => return false,
                Ok(_) => {}
                Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
            }
        }
    }

    fn unknown(&self, what: &str) -> ToolError {
        ToolError::Unknown {
            message: format!("{} {what}; whether it acted is not known", self.place),
        }
    }
}
