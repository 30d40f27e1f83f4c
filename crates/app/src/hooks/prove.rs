//! Whether a message was signed by who knows the secret: pure, from its header, its raw bytes and the clock.
//!
//! Sources: the Standard Webhooks specification 1.0; GitHub, "Validating webhook deliveries"; Slack, "Verifying requests
//! from Slack"; Zoom, "Using webhooks: verify with Zoom's header". All of them are HMAC-SHA256.

use std::collections::BTreeMap;

use avops_tools::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::Signature;

/// A message that is signed with a time is taken so long before and after it.
pub(super) const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// Longest name of a delivery, in characters.
const LONGEST_NAME: usize = 200;
/// Before the secret of Standard Webhooks; the rest is base64.
pub(super) const STANDARD_PREFIX: &str = "whsec_";

/// The header fields that a proof may need, in lower case.
pub const HEADERS: [&str; 11] = [
    "content-type",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "x-hub-signature-256",
    "x-github-delivery",
    "x-github-event",
    "x-slack-signature",
    "x-slack-request-timestamp",
    "x-zm-signature",
    "x-zm-request-timestamp",
];

/// A message as it came.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    /// Those of [`HEADERS`] that came with it.
    pub headers: BTreeMap<&'static str, String>,
    /// The bytes that were signed.
    pub body: Vec<u8>,
}

impl Parcel {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn needed(&self, name: &str) -> Result<&str, String> {
        self.header(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("the header `{name}` is missing"))
    }
}

/// What a proven message is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proven {
    /// Of the signed parts only: a repetition has the same.
    pub(super) key: String,
    /// The sender's own name for it.
    pub(super) delivery: Option<String>,
}

/// Proves a message against any of the secrets, or says why it proves nothing.
pub(super) fn prove(
    signature: Signature,
    secrets: &[Secret],
    parcel: &Parcel,
    now: Timestamp,
) -> Result<Proven, String> {
    if secrets.is_empty() {
        return Err("no secret is set here yet".to_owned());
    }
    let body = parcel.body.as_slice();
    match signature {
        Signature::Standard => {
            let id = parcel.needed("webhook-id")?;
            let at = parcel.needed("webhook-timestamp")?;
            let given = parcel.needed("webhook-signature")?;
            let macs: Vec<Vec<u8>> = given
                .split(' ')
                .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
                .collect();
            let parts = [id.as_bytes(), b".", at.as_bytes(), b".", body];
            fits(secrets, signature, &parts, &macs)?;
            on_time(at, now)?;
            Ok(Proven {
                key: sha256(&[id.as_bytes()]),
                delivery: Some(short(id)),
            })
        }
        Signature::Github => {
            let given = hex_after("sha256=", parcel.needed("x-hub-signature-256")?);
            fits(secrets, signature, &[body], &given)?;
            // The delivery's name is not signed; the body is all that cannot be made up.
            Ok(Proven {
                key: sha256(&[body]),
                delivery: parcel.header("x-github-delivery").map(short),
            })
        }
        Signature::Slack | Signature::Zoom => {
            let (at, given) = if signature == Signature::Slack {
                ("x-slack-request-timestamp", "x-slack-signature")
            } else {
                ("x-zm-request-timestamp", "x-zm-signature")
            };
            let at = parcel.needed(at)?;
            let given = hex_after("v0=", parcel.needed(given)?);
            fits(
                secrets,
                signature,
                &[b"v0:", at.as_bytes(), b":", body],
                &given,
            )?;
            on_time(at, now)?;
            // Both send a message again with a new time and the same body.
            Ok(Proven {
                key: sha256(&[body]),
                delivery: None,
            })
        }
    }
}

/// HMAC-SHA256 of a text, in hex: what Zoom wants to see of its challenge.
pub(super) fn answer_to(challenge: &str, secret: &Secret) -> Option<String> {
    let mut mac = keyed(Signature::Zoom, secret)?;
    mac.update(challenge.as_bytes());
    Some(hex::encode(mac.finalize().into_bytes()))
}

/// Whether any of the signatures is that of the parts, by any of the secrets. Compared in constant time.
fn fits(
    secrets: &[Secret],
    signature: Signature,
    parts: &[&[u8]],
    given: &[Vec<u8>],
) -> Result<(), String> {
    let one_fits = secrets.iter().any(|secret| {
        let Some(mut mac) = keyed(signature, secret) else {
            return false;
        };
        for part in parts {
            mac.update(part);
        }
        given
            .iter()
            .any(|given| mac.clone().verify_slice(given).is_ok())
    });
    if one_fits {
        return Ok(());
    }
    Err("the signature is not that of this message by the secret that is set here".to_owned())
}

/// Nothing only where the secret cannot be a key at all; of any length it can (RFC 2104).
fn keyed(signature: Signature, secret: &Secret) -> Option<Hmac<Sha256>> {
    let secret = secret.expose();
    let decoded = secret
        .strip_prefix(STANDARD_PREFIX)
        .filter(|_| signature == Signature::Standard)
        .and_then(|rest| STANDARD.decode(rest).ok());
    let key = decoded.as_deref().unwrap_or(secret.as_bytes());
    Hmac::new_from_slice(key).ok()
}

fn on_time(at: &str, now: Timestamp) -> Result<(), String> {
    let seconds = at.parse::<i64>().ok();
    let Some(at) = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()) else {
        return Err("its time is no number of seconds since 1970".to_owned());
    };
    let off = now.duration_since(at);
    if off.abs() <= TOLERANCE {
        return Ok(());
    }
    let side = if off.is_negative() {
        "ahead of"
    } else {
        "behind"
    };
    Err(format!(
        "its time is {} seconds {side} this server's clock, and {} are allowed: it is a replay, or a clock is wrong",
        off.abs().as_secs(),
        TOLERANCE.as_secs()
    ))
}

fn hex_after(prefix: &str, given: &str) -> Vec<Vec<u8>> {
    let decoded = given
        .strip_prefix(prefix)
        .and_then(|rest| hex::decode(rest).ok());
    decoded.into_iter().collect()
}

fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// A name of the sender's, as far as it is kept.
pub(super) fn short(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_760_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(AT + 60).unwrap()
    }

    fn parcel(headers: &[(&'static str, &str)], body: &str) -> Parcel {
        Parcel {
            headers: headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn zoom(signature: &str, at: &str, body: &str) -> Parcel {
        parcel(
            &[
                ("x-zm-signature", signature),
                ("x-zm-request-timestamp", at),
            ],
            body,
        )
    }

    const ZOOM: &str = "v0=1f19b2e54c4cf8347ee47415725b43e4c1e314ff7f8551b3d967d84ecae9150c";
    const ALERT: &str = r#"{"event":"zoomroom.alert"}"#;

    fn proves(signature: Signature, secret: &str, parcel: &Parcel) -> bool {
        prove(signature, &[Secret::new(secret)], parcel, now()).is_ok()
    }

    #[test]
    fn zoom_signs_version_time_and_body() {
        let good = zoom(ZOOM, "1760000000", ALERT);
        assert!(proves(Signature::Zoom, "zm-secret", &good));
        for (why, bad) in [
            ("no prefix", zoom(&ZOOM[3..], "1760000000", ALERT)),
            ("other time", zoom(ZOOM, "1760000001", ALERT)),
            (
                "other spelling of the same body",
                zoom(ZOOM, "1760000000", r#"{"event": "zoomroom.alert"}"#),
            ),
            ("cut", zoom(&ZOOM[..ZOOM.len() - 2], "1760000000", ALERT)),
            ("nothing", zoom("v0=", "1760000000", ALERT)),
            ("no time", parcel(&[("x-zm-signature", ZOOM)], ALERT)),
        ] {
            assert!(!proves(Signature::Zoom, "zm-secret", &bad), "{why}");
        }
        assert!(!proves(Signature::Zoom, "another secret", &good));
        assert!(!proves(Signature::Slack, "zm-secret", &good));
        assert_eq!(
            answer_to("abc123", &Secret::new("zm-secret")).unwrap(),
            "f292925b289cd1e8df66734283f477f6a796327c56a771435b9ffc4639414594"
        );
    }

    #[test]
    fn a_message_is_taken_for_five_minutes_around_its_time() {
        let good = zoom(ZOOM, "1760000000", ALERT);
        let secrets = [Secret::new("zm-secret")];
        for (seconds, taken) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let now = Timestamp::from_second(AT + seconds).unwrap();
            let found = prove(Signature::Zoom, &secrets, &good, now);
            assert_eq!(found.is_ok(), taken, "{seconds}: {found:?}");
        }
    }

    #[test]
    fn slack_signs_version_time_and_body() {
        let signature = "v0=7d9fad44e184b4695f8e661106df6570096174fc99e0650bee43a418fc05820c";
        let headers = [
            ("x-slack-signature", signature),
            ("x-slack-request-timestamp", "1760000000"),
        ];
        let good = parcel(&headers, r#"{"type":"event_callback"}"#);
        assert!(proves(Signature::Slack, "slack-secret", &good));
        let changed = parcel(&headers, r#"{"type":"event_callbacK"}"#);
        assert!(!proves(Signature::Slack, "slack-secret", &changed));
    }

    /// GitHub's own example, in "Validating webhook deliveries".
    #[test]
    fn github_signs_the_body_with_sha_256_and_nothing_older() {
        let secret = "It's a Secret to Everybody";
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let signed = |prefix: &str| {
            let header = format!("{prefix}{signature}");
            parcel(&[("x-hub-signature-256", &header)], "Hello, World!")
        };
        assert!(proves(Signature::Github, secret, &signed("sha256=")));
        assert!(!proves(Signature::Github, secret, &signed("sha1=")));
        assert!(!proves(Signature::Github, secret, &signed("")));
    }

    /// The example of the Standard Webhooks libraries, with the clock of its day.
    #[test]
    fn standard_webhooks_sign_id_time_and_body() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let both = format!("v1a,AAAA {signature}");
        let day = Timestamp::from_second(1_614_265_330).unwrap();
        let message = |id: &str, signature: &str| {
            parcel(
                &[
                    ("webhook-id", id),
                    ("webhook-timestamp", "1614265330"),
                    ("webhook-signature", signature),
                ],
                r#"{"test": 2432232314}"#,
            )
        };
        let secrets = [Secret::new("whsec_b3RoZXI="), Secret::new(secret)];
        let found = prove(Signature::Standard, &secrets, &message(id, &both), day).unwrap();
        assert_eq!(found.delivery.as_deref(), Some(id));
        let other = message("msg_other", signature);
        assert!(prove(Signature::Standard, &secrets, &other, day).is_err());
    }

    #[test]
    fn without_a_secret_nothing_is_proven() {
        let good = zoom(ZOOM, "1760000000", ALERT);
        let found = prove(Signature::Zoom, &[], &good, now());
        assert_eq!(found.unwrap_err(), "no secret is set here yet");
    }
}
