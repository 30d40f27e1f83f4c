//! Credentials that come back: what a system answers is searched for the tool's own credentials before anybody sees it.

use std::cmp::Reverse;

use avops_engine::{Artifact, ToolError, ToolReply};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::Secret;

/// What stands in a credential's place.
const MARK: &str = "•••";
/// A shorter one is not searched for: it would be found in places where it is something else.
const SHORTEST: usize = 6;

/// The forms in which some credentials may come back, the longest first.
#[derive(Clone, Default)]
pub struct Redaction(Vec<String>);

impl Redaction {
    /// Looks for these credentials: as they are, and as JSON, addresses, hex and base64 write them.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let mut forms: Vec<String> = secrets
            .into_iter()
            .map(Secret::expose)
            .filter(|secret| secret.chars().count() >= SHORTEST)
            .flat_map(forms)
            .collect();
        forms.sort_by_key(|form| Reverse(form.len()));
        forms.dedup();
        Self(forms)
    }

    /// A text without them.
    pub fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, form| {
            if text.contains(form) {
                text.replace(form, MARK)
            } else {
                text
            }
        })
    }

    /// An answer without them.
    pub(crate) fn reply(&self, reply: ToolReply) -> ToolReply {
        if self.0.is_empty() {
            return reply;
        }
        ToolReply {
            output: self.value(reply.output),
            artifacts: reply
                .artifacts
                .into_iter()
                .map(|artifact| Artifact {
                    title: self.text(&artifact.title),
                    external_id: artifact.external_id.map(|id| self.text(&id)),
                    url: artifact.url.map(|url| self.text(&url)),
                    data: self.value(artifact.data),
                    ..artifact
                })
                .collect(),
        }
    }

    /// A refusal without them.
    pub(crate) fn error(&self, error: ToolError) -> ToolError {
        match error {
            ToolError::NotSent {
                message,
                retry_after,
            } => ToolError::NotSent {
                message: self.text(&message),
                retry_after,
            },
            ToolError::Refused { message, hint } => ToolError::Refused {
                message: self.text(&message),
                hint: hint.map(|hint| self.text(&hint)),
            },
            ToolError::Unknown { message } => ToolError::Unknown {
                message: self.text(&message),
            },
        }
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (self.text(&name), self.value(value)))
                .collect(),
            other => other,
        }
    }
}

fn forms(secret: &str) -> Vec<String> {
    let escaped = Value::from(secret).to_string();
    let escaped = escaped.trim_matches('"').to_owned();
    let in_address = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let mut forms = vec![
        secret.to_owned(),
        escaped,
        in_address.replace('+', "%20"),
        in_address,
        hex::encode(secret),
        hex::encode_upper(secret),
    ];
    // Base64 looks different after each number of bytes before it; what is shared with neighbours is cut off.
    for before in 0..3_usize {
        let mut bytes = vec![0; before];
        bytes.extend(secret.as_bytes());
        for text in [
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ] {
            let start = (before * 8).div_ceil(6);
            let end = bytes.len() * 8 / 6;
            forms.extend(text.get(start..end).map(str::to_owned));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &str = "canary/9f\"31 +ä";

    fn redaction() -> Redaction {
        Redaction::of([&Secret::new(SECRET), &Secret::new("1234")])
    }

    #[test]
    fn every_form_of_a_credential_is_hidden() {
        let basic = STANDARD_NO_PAD.encode(format!("user:{SECRET}"));
        let longer = STANDARD_NO_PAD.encode(format!("me:{SECRET}:more"));
        let in_json = json!({ "echo": SECRET }).to_string();
        let in_address = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", SECRET)
            .finish();
        for text in [
            SECRET.to_owned(),
            format!("Bearer {SECRET}."),
            in_json,
            in_address,
            hex::encode(SECRET),
            format!("Basic {basic}"),
            longer,
        ] {
            let shown = redaction().text(&text);
            assert!(shown.contains(MARK), "{text}: {shown}");
            assert!(!shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_credential_stays() {
        for text in ["room 1234", "canary", "", "Zoom answered 401"] {
            assert_eq!(redaction().text(text), text);
        }
    }

    #[test]
    fn answers_and_refusals_are_searched_to_the_bottom() {
        let reply = ToolReply {
            output: json!({ "a": [{ SECRET: { "b": format!("x{SECRET}") } }], "n": 1 }),
            ..ToolReply::default()
        };
        let output = redaction().reply(reply).output;
        assert_eq!(output, json!({ "a": [{ MARK: { "b": "x•••" } }], "n": 1 }));
        let error = redaction().error(ToolError::Unknown {
            message: format!("unreadable: {SECRET}"),
        });
        assert_eq!(error.to_string(), "unreadable: •••");
    }
}
