//! An answer read whole and within bounds, and what its status says about the call.

use std::io::Read as _;
use std::time::Duration;

use avops_engine::ToolError;
use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};

/// Largest answer of a tool, after decompression.
pub(crate) const MAX_BODY: usize = 8 * 1024 * 1024;

/// How much larger than what travelled a decompressed answer may be.
const MAX_RATIO: usize = 100;

/// Below this size the ratio means nothing: small texts compress well by nature.
const RATIO_APPLIES_ABOVE: usize = 64 * 1024;

/// Longest wait that a tool may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(15);

/// Longest piece of a tool's text that a message repeats.
const MAX_EXCERPT: usize = 500;

/// What a 503 of a tool says about the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// The tool refuses before it acts: free to try again.
    NotSent,
    /// It may have acted.
    Unknown,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why an answer cannot be had whole.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// It is beyond a bound, and will be again.
    TooLarge(String),
    /// It broke off, or is not what it claims.
    Broken(String),
}

impl Unreadable {
    /// What is wrong with it, for people.
    pub(super) fn reason(self) -> String {
        match self {
            Self::TooLarge(reason) | Self::Broken(reason) => reason,
        }
    }
}

impl Answer {
    /// Reads an answer of at most `bound` bytes to its end.
    pub(super) async fn read(mut response: Response, bound: usize) -> Result<Self, Unreadable> {
        let too_large =
            || Unreadable::TooLarge(format!("it is larger than {} MB", bound / 1024 / 1024));
        if response.content_length().is_some_and(|n| n > bound as u64) {
            return Err(too_large());
        }
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let broke_off = |e: reqwest::Error| Unreadable::Broken(super::chain(&e.without_url()));
        let mut body = response
            .chunk()
            .await
            .map_err(broke_off)?
            .unwrap_or_default();
        if let Some(second) = response.chunk().await.map_err(broke_off)? {
            let mut whole = BytesMut::from(body);
            whole.extend_from_slice(&second);
            while let Some(chunk) = response.chunk().await.map_err(broke_off)? {
                if whole.len() + chunk.len() > bound {
                    return Err(too_large());
                }
                whole.extend_from_slice(&chunk);
            }
            body = whole.freeze();
        }
        if body.len() > bound {
            return Err(too_large());
        }
        if let Some(encoding) = headers.get(CONTENT_ENCODING) {
            body = decompress(encoding.as_bytes(), body, bound)?;
        }
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    /// The error that the status makes, if it is none of success.
    pub(super) fn fault(
        &self,
        who: &str,
        said: Option<&str>,
        unavailable: Unavailable,
        now: Timestamp,
    ) -> Option<ToolError> {
        if self.status.is_success() {
            return None;
        }
        let said = said.map_or_else(|| excerpt(&self.body), |text| excerpt(text.as_bytes()));
        let colon = if said.is_empty() { "" } else { ": " };
        let message = format!("{who} answered {}{colon}{said}", self.status);
        let refused_first = self.status == StatusCode::TOO_MANY_REQUESTS
            || self.status == StatusCode::TOO_EARLY
            || (self.status == StatusCode::SERVICE_UNAVAILABLE
                && unavailable == Unavailable::NotSent);
        if refused_first {
            return Some(ToolError::NotSent {
                message,
                retry_after: self.retry_after(now),
            });
        }
        if self.status.is_server_error() || self.status == StatusCode::REQUEST_TIMEOUT {
            return Some(ToolError::Unknown {
                message: format!("{message}; whether it acted is not known"),
            });
        }
        let hint = if self.status.is_redirection() {
            Some("redirects are not followed: register the address it leads to".to_owned())
        } else {
            None
        };
        Some(ToolError::Refused { message, hint })
    }

    /// How long the tool asks to be left alone: `Retry-After` in seconds, as an HTTP date or as an ISO date, capped.
    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        parse_retry_after(text, now)
    }
}

fn parse_retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let wait = if let Ok(seconds) = text.parse::<f64>() {
        if seconds.is_nan() {
            return None;
        }
        Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(MAX_RETRY_AFTER)
    } else {
        let at = text.parse::<Timestamp>().ok().or_else(|| {
            let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
            Some(zoned.timestamp())
        })?;
        Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Undoes gzip, the one compression that servers use without being asked, within the bounds.
fn decompress(encoding: &[u8], body: Bytes, most: usize) -> Result<Bytes, Unreadable> {
    if encoding.eq_ignore_ascii_case(b"identity") || encoding.is_empty() {
        return Ok(body);
    }
    if !encoding.eq_ignore_ascii_case(b"gzip") && !encoding.eq_ignore_ascii_case(b"x-gzip") {
        return Err(Unreadable::Broken(format!(
            "it is compressed as `{}`, which was not asked for",
            excerpt(encoding)
        )));
    }
    let bound = body
        .len()
        .saturating_mul(MAX_RATIO)
        .clamp(RATIO_APPLIES_ABOVE, most);
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(body.as_ref())
        .take(bound as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|e| Unreadable::Broken(format!("it is not gzip as it claims ({e})")))?;
    if plain.len() > bound {
        return Err(Unreadable::TooLarge(format!(
            "{} bytes unfold to more than {bound}",
            body.len()
        )));
    }
    Ok(plain.into())
}

/// A short piece of what a tool said, without control characters.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let head = bytes
        .get(..bytes.len().min(MAX_EXCERPT * 4))
        .unwrap_or_default();
    let text = String::from_utf8_lossy(head);
    let mut short = String::new();
    for c in text.trim().chars() {
        if short.len() >= MAX_EXCERPT {
            short.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' => short.push(' '),
            c if c.is_control() => short.extend(c.escape_default()),
            // Characters that reorder or hide the text around them.
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                short.extend(c.escape_unicode());
            }
            c => short.push(c),
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_that_a_tool_says_makes_an_excerpt_long_or_harmful(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let text = excerpt(&bytes);
            prop_assert!(text.len() <= MAX_EXCERPT + 16);
            prop_assert!(!text.contains(char::is_control));
        }

        #[test]
        fn no_retry_after_is_longer_than_the_cap(text in "[-0-9a-zA-Z:., ]{0,40}") {
            let wait = parse_retry_after(&text, Timestamp::UNIX_EPOCH);
            prop_assert!(wait.is_none_or(|w| w <= MAX_RETRY_AFTER));
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn gzip(plain: &[u8]) -> Bytes {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap().into()
    }

    #[test]
    fn retry_after_is_understood_in_all_its_spellings_and_capped() {
        let now = at("2026-11-24T10:00:00Z");
        let cases = [
            ("0", Some(0)),
            ("30", Some(30)),
            ("1.5", Some(1)),
            ("-5", Some(0)),
            ("99999999999999999999", Some(900)),
            ("1e300", Some(900)),
            ("2026-11-24T10:01:00Z", Some(60)),
            ("2026-11-24T09:00:00Z", Some(0)),
            ("2099-01-01T00:00:00Z", Some(900)),
            ("Tue, 24 Nov 2026 10:02:00 GMT", Some(120)),
            ("soon", None),
            ("NaN", None),
            ("", None),
        ];
        for (text, seconds) in cases {
            let wait = parse_retry_after(text, now);
            assert_eq!(wait.map(|w| w.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn each_status_has_its_class() {
        let now = at("2026-11-24T10:00:00Z");
        let class = |status: u16, unavailable| {
            let answer = Answer {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: Bytes::from_static(b"why"),
            };
            match answer.fault("tool", None, unavailable, now) {
                None => "ok",
                Some(ToolError::NotSent { .. }) => "not sent",
                Some(ToolError::Refused { .. }) => "refused",
                Some(ToolError::Unknown { .. }) => "unknown",
            }
        };
        for (status, expected) in [
            (200, "ok"),
            (202, "ok"),
            (204, "ok"),
            (301, "refused"),
            (307, "refused"),
            (400, "refused"),
            (401, "refused"),
            (404, "refused"),
            (408, "unknown"),
            (409, "refused"),
            (422, "refused"),
            (425, "not sent"),
            (429, "not sent"),
            (500, "unknown"),
            (502, "unknown"),
            (503, "unknown"),
            (504, "unknown"),
        ] {
            assert_eq!(class(status, Unavailable::Unknown), expected, "{status}");
        }
        assert_eq!(class(503, Unavailable::NotSent), "not sent");
        assert_eq!(class(500, Unavailable::NotSent), "unknown");
    }

    #[test]
    fn gzip_is_undone_within_the_bounds() {
        let text = Bytes::from_static(b"{\"ok\":true}");
        assert_eq!(decompress(b"gzip", gzip(&text), MAX_BODY).unwrap(), text);
        let bomb = gzip(&vec![0; 4 * 1024 * 1024]);
        let error = decompress(b"gzip", bomb, MAX_BODY).unwrap_err().reason();
        assert!(error.contains("unfold"), "{error}");
        assert!(decompress(b"gzip", Bytes::from_static(b"plain"), MAX_BODY).is_err());
        assert!(decompress(b"br", Bytes::from_static(b"x"), MAX_BODY).is_err());
    }

    #[test]
    fn excerpts_are_short_and_harmless() {
        assert_eq!(excerpt(b"a\nb\x1b[31mc"), "a b\\u{1b}[31mc");
        assert_eq!(excerpt("a\u{202e}b".as_bytes()), "a\\u{202e}b");
        assert_eq!(excerpt(b"\xff\xfe"), "\u{fffd}\u{fffd}");
        assert!(excerpt(&[b'x'; 9_000]).len() <= MAX_EXCERPT + 3);
    }
}
