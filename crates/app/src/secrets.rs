//! Secrets that let somebody in: made at random, kept as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

use crate::Error;

/// Begins every API token, so that secret scanners know one when they see one.
const TOKEN_PREFIX: &str = "avops_";

/// Makes an API token: 256 bits.
pub(crate) fn token() -> Result<String, Error> {
    Ok(format!("{TOKEN_PREFIX}{}", random::<32>()?))
}

/// Makes a session secret: 256 bits.
pub(crate) fn session() -> Result<String, Error> {
    random::<32>()
}

/// Makes a one-time sign-in code: 128 bits.
pub(crate) fn sign_in_code() -> Result<String, Error> {
    random::<16>()
}

/// Makes the last part of an address for messages: 128 bits.
pub(crate) fn hook_id() -> Result<String, Error> {
    random::<16>()
}

/// Makes a secret to sign messages with: 256 bits in base64, in the form of the Standard Webhooks specification.
pub(crate) fn hook_secret() -> Result<String, Error> {
    let bytes = random_bytes::<32>()?;
    Ok(format!("whsec_{}", STANDARD.encode(bytes)))
}

/// SHA-256 in hex: what is stored in place of a secret, and what names a content.
pub(crate) fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The characters of a token that lists show.
pub(crate) fn visible(secret: &str) -> String {
    secret.chars().take(TOKEN_PREFIX.len() + 4).collect()
}

fn random<const BYTES: usize>() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<BYTES>()?))
}

fn random_bytes<const BYTES: usize>() -> Result<[u8; BYTES], Error> {
    let mut bytes = [0_u8; BYTES];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Error::Internal(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_what_it_is_and_holds_256_bits() {
        let token = token().unwrap();
        let bytes = URL_SAFE_NO_PAD
            .decode(token.strip_prefix(TOKEN_PREFIX).unwrap())
            .unwrap();
        assert_eq!(bytes.len(), 32);
        assert_eq!(visible(&token).len(), 10);
    }

    #[test]
    fn two_secrets_differ() {
        assert_ne!(session().unwrap(), session().unwrap());
    }
}
