//! What travels between this program and Google.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// Answer of the token endpoint.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    #[serde(default = "one_hour")]
    pub(super) expires_in: i64,
}

fn one_hour() -> i64 {
    3600
}

/// The error form of the token endpoint.
#[derive(Deserialize)]
pub(super) struct TokenError {
    #[serde(default, deserialize_with = "lenient::text")]
    error: String,
    #[serde(default, deserialize_with = "lenient::text")]
    error_description: String,
}

impl TokenError {
    pub(super) fn text(&self) -> String {
        format!("{}: {}", self.error, self.error_description)
    }

    pub(super) fn hint(&self) -> &'static str {
        match self.error.as_str() {
            "invalid_grant" => {
                "the key or the refresh token was withdrawn, the user to act as is not known, or this machine's clock is wrong"
            }
            "unauthorized_client" => {
                "grant the service account domain-wide delegation for the tool's scope, or leave the setting user empty"
            }
            _ => "check the tool's credentials",
        }
    }
}

/// The error form of the API.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default, deserialize_with = "lenient::text")]
    message: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    errors: Vec<ErrorReason>,
}

#[derive(Deserialize)]
struct ErrorReason {
    #[serde(default, deserialize_with = "lenient::text")]
    reason: String,
}

impl ErrorAnswer {
    /// The word that decides.
    pub(super) fn reason(&self) -> &str {
        let first = self.error.errors.first();
        first.map_or("", |error| error.reason.as_str())
    }

    pub(super) fn text(&self) -> String {
        match self.reason() {
            "" => self.error.message.clone(),
            reason => format!("{} ({reason})", self.error.message),
        }
    }
}

/// Answer of `GET /about`.
#[derive(Deserialize)]
pub(super) struct About {
    pub(super) user: User,
}

/// A user.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) email_address: String,
}

/// Answer of `GET /files/generateIds`.
#[derive(Deserialize)]
pub(super) struct Ids {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) ids: Vec<String>,
}

/// What a new file or folder is to be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewFile<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mime_type: Option<&'a str>,
    pub(super) parents: [&'a str; 1],
    pub(super) app_properties: HashMap<&'static str, String>,
}

/// A file or folder.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) mime_type: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) web_view_link: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) modified_time: String,
    /// Travels as text, since numbers of that width lose digits.
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) size: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) app_properties: HashMap<String, String>,
}

/// Answer of `GET /files`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Files {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) files: Vec<File>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) next_page_token: Option<String>,
}

/// Somebody's access to a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Permission {
    pub(super) id: String,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) role: String,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) email_address: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) domain: Option<String>,
}

/// Answer of `GET /files/ID/permissions`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Permissions {
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) permissions: Vec<Permission>,
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub(super) next_page_token: Option<String>,
}

/// Body of `POST /files/ID/permissions`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPermission<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    pub(super) role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) domain: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow_file_discovery: Option<bool>,
}
