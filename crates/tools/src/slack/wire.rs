//! What travels between this program and Slack. Failure usually comes with HTTP 200.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// What every answer says.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub(super) ok: bool,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) error: String,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) needed: Option<String>,
    #[serde(default)]
    pub(super) response_metadata: Option<Metadata>,
}

/// Hints, and the way to the next page. An empty cursor is the end.
#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) messages: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) next_cursor: String,
}

/// Body of `chat.postMessage`.
#[derive(Serialize)]
pub(super) struct PostMessage<'a> {
    pub(super) channel: &'a str,
    pub(super) text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thread_ts: Option<&'a str>,
    pub(super) client_msg_id: String,
    pub(super) metadata: MessageMetadata,
}

/// Carries our key, unseen by people.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct MessageMetadata {
    pub(super) event_type: String,
    pub(super) event_payload: EventPayload,
}

/// Our key.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct EventPayload {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) key: String,
}

/// Answer of `chat.postMessage`.
#[derive(Deserialize)]
pub(super) struct Posted {
    pub(super) channel: String,
    /// An id: kept as text, since a number would lose digits.
    pub(super) ts: String,
}

/// Answer of `conversations.list`.
#[derive(Deserialize)]
pub(super) struct Channels {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) channels: Vec<Channel>,
    #[serde(default)]
    pub(super) response_metadata: Option<Metadata>,
}

/// One channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Channel {
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) is_member: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) is_private: bool,
}

/// Answer of `conversations.history`.
#[derive(Deserialize)]
pub(super) struct History {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) messages: Vec<OldMessage>,
    #[serde(default)]
    pub(super) response_metadata: Option<Metadata>,
}

/// One message of a channel's history. Other apps put other things into its metadata.
#[derive(Deserialize)]
pub(super) struct OldMessage {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) ts: String,
    #[serde(default)]
    pub(super) metadata: serde_json::Value,
}

/// Answer of `chat.getPermalink`.
#[derive(Deserialize)]
pub(super) struct Permalink {
    pub(super) permalink: String,
}

/// Answer of `files.getUploadURLExternal`.
#[derive(Deserialize)]
pub(super) struct UploadAddress {
    pub(super) upload_url: String,
    pub(super) file_id: String,
}

/// One entry of `files` of `files.completeUploadExternal`.
#[derive(Serialize)]
pub(super) struct Complete<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
}

/// Answer of `files.completeUploadExternal`.
#[derive(Deserialize)]
pub(super) struct Completed {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) files: Vec<File>,
}

/// Answer of `files.info`.
#[derive(Deserialize)]
pub(super) struct FileInfo {
    pub(super) file: File,
}

/// A file. What is not known yet is left out: Slack goes on with it after it has answered.
#[derive(Default, Deserialize)]
pub(super) struct File {
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) permalink: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) shares: Shares,
}

/// Where a file is shown, by the ids of channels.
#[derive(Default, Deserialize)]
pub(super) struct Shares {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) public: HashMap<String, serde_json::Value>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) private: HashMap<String, serde_json::Value>,
}

/// Answer of `auth.test`.
#[derive(Deserialize)]
pub(super) struct Identity {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) team: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) user: String,
}
