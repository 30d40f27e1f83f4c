//! Who the program is to Google: a service account that signs for itself, or a person who has
//! granted a refresh token.

use avops_engine::ToolError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::RsaSigningKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::SigningKey as _;
use serde::Deserialize;
use serde_json::json;

use crate::{Error, Secret, Settings};

/// What a person must do when credentials are missing.
pub(super) const MISSING: &str = "set the tool's service_account, or client_id, client_secret and refresh_token \
     (or AVOPS_GOOGLE_DRIVE_SERVICE_ACCOUNT …), or turn mock mode on";

/// Whom the signed claims are for, also where they travel through a gateway.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";

/// How long signed claims hold, in seconds; the longest that Google takes is an hour.
const CLAIMS_HOLD: i64 = 3600;

/// How the program proves who it is.
pub(crate) enum Identity {
    /// Signs claims with its own key.
    ServiceAccount(Box<ServiceAccount>),
    /// A person's grant.
    Person {
        client_id: String,
        client_secret: Secret,
        refresh_token: Secret,
    },
}

/// A service account, and the user that it acts as.
pub(crate) struct ServiceAccount {
    email: String,
    key_id: String,
    key: RsaSigningKey,
    user: Option<String>,
    scope: String,
}

/// The file that Google gives with a key. Its `token_uri` is not used: the address is the settings'.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
}

impl Identity {
    /// The identity in the settings of a tool, for one scope; none where credentials are missing.
    ///
    /// # Errors
    /// [`Error::Config`] for a key file that cannot be read. No part of it is told.
    pub(crate) fn new(tool: &str, scope: &str, settings: &Settings) -> Result<Option<Self>, Error> {
        if let Some(file) = settings.secret("service_account") {
            let account = ServiceAccount::read(tool, scope, file, settings)?;
            return Ok(Some(Self::ServiceAccount(Box::new(account))));
        }
        let (Some(client_id), Some(client_secret), Some(refresh_token)) = (
            settings.text("client_id"),
            settings.secret("client_secret"),
            settings.secret("refresh_token"),
        ) else {
            return Ok(None);
        };
        Ok(Some(Self::Person {
            client_id: client_id.to_owned(),
            client_secret: client_secret.clone(),
            refresh_token: refresh_token.clone(),
        }))
    }

    /// The form that asks for a token.
    pub(crate) fn form(&self, now: Timestamp) -> Result<Vec<(&'static str, String)>, ToolError> {
        match self {
            Self::ServiceAccount(account) => Ok(vec![
                (
                    "grant_type",
                    "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned(),
                ),
                ("assertion", account.assertion(now)?),
            ]),
            Self::Person {
                client_id,
                client_secret,
                refresh_token,
            } => Ok(vec![
                ("grant_type", "refresh_token".to_owned()),
                ("client_id", client_id.clone()),
                ("client_secret", client_secret.expose().to_owned()),
                ("refresh_token", refresh_token.expose().to_owned()),
            ]),
        }
    }
}

impl ServiceAccount {
    fn read(tool: &str, scope: &str, file: &Secret, settings: &Settings) -> Result<Self, Error> {
        let refuse = |message: &str| Error::Config {
            tool: tool.to_owned(),
            message: format!("{message}; give the whole JSON file of the service account's key"),
        };
        // The reader's own words could repeat a part of the key.
        let file: KeyFile = serde_json::from_str(file.expose())
            .map_err(|_| refuse("the setting `service_account` is not such a file"))?;
        let key = PrivateKeyDer::from_pem_slice(file.private_key.as_bytes())
            .map_err(|_| refuse("the private key in `service_account` is not PEM"))?;
        let key = RsaSigningKey::new(&key)
            .map_err(|_| refuse("the private key in `service_account` is no RSA key"))?;
        Ok(Self {
            email: file.client_email,
            key_id: file.private_key_id,
            key,
            user: settings.text("user").map(str::to_owned),
            scope: format!("https://www.googleapis.com/auth/{scope}"),
        })
    }

    /// Claims, signed with RS256. Sources: RFC 7515 (compact form), RFC 7523, and Google's "Using OAuth 2.0
    /// for Server to Server Applications".
    fn assertion(&self, now: Timestamp) -> Result<String, ToolError> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_id });
        let mut claims = json!({
            "iss": self.email,
            "scope": self.scope,
            "aud": AUDIENCE,
            "iat": now.as_second(),
            "exp": now.as_second() + CLAIMS_HOLD,
        });
        if let Some(user) = &self.user {
            claims["sub"] = json!(user);
        }
        let text = format!(
            "{}.{}",
            BASE64.encode(header.to_string()),
            BASE64.encode(claims.to_string())
        );
        let unusable = || ToolError::Refused {
            message: "google: the key of the service account cannot sign".to_owned(),
            hint: Some("make a new key for it and set that".to_owned()),
        };
        let signer = self
            .key
            .choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])
            .ok_or_else(unusable)?;
        let signature = signer.sign(text.as_bytes()).map_err(|_| unusable())?;
        Ok(format!("{text}.{}", BASE64.encode(signature)))
    }
}
