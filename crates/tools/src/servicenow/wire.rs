//! What travels between this program and ServiceNow. Every value of a record is a text.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::lenient;

/// The envelope of one record.
#[derive(Deserialize)]
pub(super) struct One {
    pub(super) result: Record,
}

/// The envelope of a list of records.
#[derive(Deserialize)]
pub(super) struct Many {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) result: Vec<Record>,
}

/// A record. References are texts or `{link, value}`, as the instance likes.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    /// A field's text; empty when it is absent or may not be seen.
    pub(super) fn text(&self, field: &str) -> &str {
        match self.0.get(field) {
            Some(Value::String(text)) => text,
            Some(Value::Object(reference)) => reference
                .get("value")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            _ => "",
        }
    }
}

/// The error envelope.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    error: ErrorText,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorText {
    Api {
        #[serde(default)]
        message: Option<String>,
        #[serde(default)]
        detail: Option<String>,
    },
    /// The token endpoint gives a word.
    OAuth(String),
}

impl ErrorAnswer {
    /// The error on one line.
    pub(super) fn text(&self) -> String {
        match &self.error {
            ErrorText::OAuth(text) => text.clone(),
            ErrorText::Api { message, detail } => {
                let parts = [message, detail].into_iter().flatten();
                let parts: Vec<&str> = parts
                    .map(String::as_str)
                    .filter(|t| !t.is_empty())
                    .collect();
                parts.join(": ")
            }
        }
    }
}

/// Answer of the token endpoint.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) expires_in: i64,
}

/// Answer of the knowledge search.
#[derive(Deserialize)]
pub(super) struct FoundArticles {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) result: FoundList,
}

#[derive(Default, Deserialize)]
pub(super) struct FoundList {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) articles: Vec<FoundArticle>,
}

/// One article that was found.
#[derive(Deserialize)]
pub(super) struct FoundArticle {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) number: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) title: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) snippet: String,
}

/// The envelope of one attachment.
#[derive(Deserialize)]
pub(super) struct OneAttachment {
    pub(super) result: Attachment,
}

/// The envelope of a list of attachments.
#[derive(Deserialize)]
pub(super) struct Attachments {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) result: Vec<Attachment>,
}

/// A file that hangs on a record.
#[derive(Deserialize)]
pub(super) struct Attachment {
    pub(super) sys_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) table_sys_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) file_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) size_bytes: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) download_link: String,
}
