//! Tokens, for signed claims and for refresh tokens.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Form, Json};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls::pki_types::alg_id;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tree::Account;
use crate::campus::Shared;

/// What a person has granted. Not secret: the drive exists on this machine only.
pub(super) const CLIENT_ID: &str = "campus-drive-client";
pub(super) const CLIENT_SECRET: &str = "campus-drive-secret";
pub(super) const REFRESH_TOKEN: &str = "1//campus-refresh";

/// The service account that may sign.
const SERVICE_ACCOUNT: &str = "avops@campus.iam.gserviceaccount.example";

/// Its public key, as the `RSAPublicKey` of RFC 8017. The other half is with the tests.
const PUBLIC_KEY: &str = "\
    MIIBCgKCAQEA8TRR9LYpPclHFFSursx7A8Y16wXc6ffhT0JL8Z6Tr2Ew6FPPV2FAwy4jIXon7PCafMv2Tk4PojlpjpudkhmAzsDO\
    3PWpZqHLAC7YQsLD8qm02eE6l+qKnnOYIaTnq6Wg2Kuk1nna80gshuy5GbL1lUI9mquVk094p5Pd8qNBiKFPBZYNRdr9ZSPXkZmf\
    6HZaQD0LXwFcQ/Fvkn0HbJa8cKq8ocW8D0ZLjKgP+GKeyBWKR6yqywEGXor+W0YAUpsjP/0oHL2gaBWTEhKkbhkZjNW2Jk7odlC2\
    krTLPoyl0bCp7gZ9CqMgriSCYSxCQbYdr6GUF193Z1A2au2F8eWFvwIDAQAB\
    ";

/// The one user that the service account may act as.
const USER: &str = "av-team@corp.example";

#[derive(Deserialize)]
pub(super) struct TokenRequest {
    grant_type: String,
    #[serde(default)]
    assertion: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    refresh_token: String,
}

pub(super) async fn give(
    State(campus): State<Shared>,
    Form(request): Form<TokenRequest>,
) -> Response {
    let now = campus.now();
    let account = match request.grant_type.as_str() {
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
            account_of(&request.assertion, now.as_second())
        }
        "refresh_token"
            if request.client_id != CLIENT_ID || request.client_secret != CLIENT_SECRET =>
        {
            Err((StatusCode::UNAUTHORIZED, "invalid_client", "Unauthorized"))
        }
        "refresh_token" if request.refresh_token == REFRESH_TOKEN => Ok(Account {
            email: USER.to_owned(),
            has_storage: true,
        }),
        "refresh_token" => Err(invalid("Token has been expired or revoked.")),
        _ => Err((StatusCode::BAD_REQUEST, "unsupported_grant_type", "")),
    };
    match account {
        Ok(account) => {
            let token = campus.world().drive.admit(account, now);
            Json(json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" }))
                .into_response()
        }
        Err((status, error, description)) => {
            let body = json!({ "error": error, "error_description": description });
            (status, Json(body)).into_response()
        }
    }
}

type Refusal = (StatusCode, &'static str, &'static str);

fn invalid(description: &'static str) -> Refusal {
    (StatusCode::BAD_REQUEST, "invalid_grant", description)
}

/// Whom signed claims speak for.
fn account_of(assertion: &str, now: i64) -> Result<Account, Refusal> {
    let mut parts = assertion.splitn(3, '.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(invalid("Invalid JWT"));
    };
    let read = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let (Some(head), Some(said)) = (read(header), read(claims)) else {
        return Err(invalid("Invalid JWT"));
    };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let signed = format!("{header}.{claims}");
    if head["alg"] != "RS256" || !is_signed(signed.as_bytes(), &signature) {
        return Err(invalid("Invalid JWT Signature."));
    }
    let (issued, ends) = (said["iat"].as_i64(), said["exp"].as_i64());
    let is_current = matches!((issued, ends), (Some(iat), Some(exp))
        if iat <= now + 60 && exp > now && exp - iat <= 3600);
    if !is_current || said["aud"] != "https://oauth2.googleapis.com/token" {
        return Err(invalid(
            "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.",
        ));
    }
    let scope = said["scope"].as_str().unwrap_or_default();
    if said["iss"] != SERVICE_ACCOUNT || !scope.starts_with("https://www.googleapis.com/auth/drive")
    {
        return Err(invalid("Invalid grant: account not found"));
    }
    match said["sub"].as_str() {
        None => Ok(Account {
            email: SERVICE_ACCOUNT.to_owned(),
            has_storage: false,
        }),
        Some(user) if user == USER => Ok(Account {
            email: user.to_owned(),
            has_storage: true,
        }),
        Some(_) => Err((
            StatusCode::UNAUTHORIZED,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method",
        )),
    }
}

fn is_signed(text: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = STANDARD.decode(PUBLIC_KEY.trim()) else {
        return false;
    };
    let provider = rustls::crypto::ring::default_provider();
    let mut algorithms = provider.signature_verification_algorithms.all.iter();
    algorithms.any(|algorithm| {
        algorithm.public_key_alg_id() == alg_id::RSA_ENCRYPTION
            && algorithm.signature_alg_id() == alg_id::RSA_PKCS1_SHA256
            && algorithm.verify_signature(&key, text, signature).is_ok()
    })
}
