//! What a file holds, as recipes give it to the actions that send one.

use avops_engine::ToolError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

/// Largest file that is sent, in bytes. The schemas of the actions say so too.
const LARGEST: usize = 5 * 1024 * 1024;

/// Text, or bytes as base64: one of the arguments `text` and `base64`.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileContent {
    Text(String),
    Base64(String),
}

impl FileContent {
    /// The bytes.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when they are too many, or no base64.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, ToolError> {
        let bytes = match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Base64(text) => BASE64.decode(text.trim()).map_err(|error| {
                refused(&format!("the argument `base64` cannot be read: {error}"))
            })?,
        };
        if bytes.len() > LARGEST {
            return Err(refused(&format!(
                "the file has {} bytes; at most {LARGEST} are sent",
                bytes.len()
            )));
        }
        Ok(bytes)
    }

    /// The type that it has unless another is named.
    pub(crate) fn content_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "text/plain; charset=utf-8",
            Self::Base64(_) => "application/octet-stream",
        }
    }
}

fn refused(message: &str) -> ToolError {
    ToolError::Refused {
        message: format!("{message}; nothing was sent"),
        hint: None,
    }
}
