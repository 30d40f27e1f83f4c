//! Refusals of the framework in our own form, and what refusals may repeat of a request.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Problem;

/// So much of one quoted piece of a request is repeated, in characters.
pub(crate) const MAX_ECHO: usize = 200;
/// No text of a refusal is longer, in characters.
const MAX_TEXT: usize = 1_000;
/// The framework's own words are shorter than this, in bytes, unless they repeat the request.
const MAX_WORDS: usize = 16 * 1024;

/// Gives what the framework refuses by itself (a wrong method, a path value of the wrong kind …) the form of every
/// other refusal.
pub(crate) async fn in_our_form(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) || !is_plain(answer.headers()) {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let words = to_bytes(body, MAX_WORDS).await.unwrap_or_default();
    let mut answer = problem(status, String::from_utf8_lossy(&words).trim()).into_response();
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// Our own answers have a type; the framework's are plain text, or nothing.
fn is_plain(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn problem(status: StatusCode, words: &str) -> Problem {
    let said = |otherwise: &str| {
        if words.is_empty() {
            otherwise.to_owned()
        } else {
            words.to_owned()
        }
    };
    let list = "/openapi.json lists every address with its methods";
    match status {
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            status,
            "wrong method",
            "this address does not know that method",
        )
        .hint("the header `Allow` names the methods that it knows"),
        StatusCode::NOT_FOUND => {
            Problem::new(status, "not found", "there is nothing at this address").hint(list)
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        _ if status.is_server_error() => {
            Problem::new(status, "something broke", "the server could not do this")
        }
        _ => Problem::new(
            status,
            "the request does not fit",
            said("the server does not understand it"),
        )
        .hint(list),
    }
}

/// A text as a refusal may show it: quoted pieces are cut after [`MAX_ECHO`] characters, control characters are visible.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MAX_TEXT));
    let mut piece = 0_usize;
    let mut quoted = false;
    for (at, c) in text.chars().enumerate() {
        if at >= MAX_TEXT {
            shown.push('…');
            break;
        }
        if matches!(c, '"' | '`') {
            quoted = !quoted;
            piece = 0;
            shown.push(c);
            continue;
        }
        piece += 1;
        if quoted && piece > MAX_ECHO {
            if piece == MAX_ECHO + 1 {
                shown.push('…');
            }
        } else if c == '\n' || !is_hidden(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_unicode());
        }
    }
    shown
}

/// Control characters, and those that turn the direction of what follows.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_pieces_are_cut_and_hidden_characters_are_seen() {
        let long = "x".repeat(500);
        let text = shown(&format!(
            "there is no agent \"{long}\" here\u{1b}[31m \u{202e}"
        ));
        assert!(
            text.contains(&format!("\"{}…\" here", "x".repeat(MAX_ECHO))),
            "{text}"
        );
        assert!(text.ends_with("\\u{1b}[31m \\u{202e}"), "{text}");
        assert_eq!(shown("two\nlines"), "two\nlines");
        assert!(shown(&"y".repeat(5_000)).chars().count() <= MAX_TEXT + 1);
    }
}
