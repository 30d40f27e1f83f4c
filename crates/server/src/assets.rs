//! The web page, embedded. Without it the server still works and says so in one line.
//!
//! The build of the page writes `NAME.br` and `NAME.gz` beside each file that is worth it; they are handed out as they
//! are, so that nothing is compressed twice.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::described::{self, Given, Gives, Schemas};
use crate::error::Problem;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../ui/dist"]
#[allow_missing = true]
struct Page;

/// Below these, programs ask; they are answered as programs are.
const NOT_PAGES: [&str; 6] = ["api/", "assets/", "connectors/", "health/", "hooks/", "mcp"];

const NO_PAGE: &str = "<!doctype html><title>AVOps</title><p>AVOps is running, but this program was built without its web page. Build it with <code>make ui</code>. The API is at <a href=\"/docs\">/docs</a>.</p>";
const SIGN_IN: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"/icon.svg\"><title>Sign in · AVOps</title><script src=\"/sign-in.js\" defer></script><main><h1>AVOps</h1><p id=\"state\">Signing in …</p></main></html>";
/// Posts the code, so that nothing which merely opens the link uses it up.
const SIGN_IN_SCRIPT: &str = "const code = new URLSearchParams(location.search).get('code') ?? '';\nconst say = (text) => { document.getElementById('state').textContent = text; };\nfetch('/api/v1/sign-in', { method: 'POST', headers: { 'content-type': 'application/json', 'x-avops': '1' }, body: JSON.stringify({ code }) })\n  .then(async (answer) => {\n    if (answer.ok) location.replace('/');\n    else { const problem = await answer.json(); say(problem.detail + '. ' + (problem.hint ?? '')); }\n  })\n  .catch(() => say('The server does not answer. Try the link again.'));\n";

/// The page behind a sign-in link.
pub(crate) async fn sign_in() -> Html<&'static str> {
    Html(SIGN_IN)
}

/// Its script.
pub(crate) async fn sign_in_script() -> Script {
    Script(SIGN_IN_SCRIPT)
}

/// A script.
pub(crate) struct Script(&'static str);

impl IntoResponse for Script {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/javascript")], self.0).into_response()
    }
}

impl Gives for Script {
    fn give(_: &mut Schemas) -> Given {
        described::text("text/javascript")
    }
}

/// The frame of the page, at the addresses of the page.
pub(crate) async fn frame(headers: HeaderMap) -> Response {
    file_response("index.html", &headers).unwrap_or_else(|| Html(NO_PAGE).into_response())
}

/// The frame of the page, which says itself that there is nothing at this address.
fn frame_of_nothing(asked: &HeaderMap) -> Response {
    let mut unconditional = asked.clone();
    unconditional.remove(header::IF_NONE_MATCH);
    let page = file_response("index.html", &unconditional);
    let mut response = page.unwrap_or_else(|| Html(NO_PAGE).into_response());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Everything that is no address: a file of the page, or a refusal. Who reads pages gets it as a page.
pub(crate) async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let reads = method == Method::GET || method == Method::HEAD;
    let path = uri.path().strip_prefix('/').unwrap_or_default();
    if reads && let Some(response) = file_response(path, &headers) {
        return response;
    }
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if reads && wants_page && !NOT_PAGES.iter().any(|start| path.starts_with(start)) {
        return frame_of_nothing(&headers);
    }
    Problem::no_such_address(uri.path()).into_response()
}

/// A file of the page in the smallest form that is asked for, or nothing new where it is known already.
fn file_response(path: &str, asked: &HeaderMap) -> Option<Response> {
    let whole = Page::get(path)?;
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(asked, coding))
        .find_map(|(coding, end)| Some((coding, Page::get(&format!("{path}{end}"))?)));
    let (coding, file) = match packed {
        Some((coding, file)) => (Some(coding), file),
        None => (None, whole),
    };
    let tag = etag(&file);
    let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        let names = value.to_str().unwrap_or_default().split(',');
        names
            .map(str::trim)
            .any(|name| name == "*" || name.strip_prefix("W/").unwrap_or(name) == tag)
    });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data).into_response()
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    // Names under assets/ carry a hash of their content.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if known {
        return Some(response);
    }
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    Some(response)
}

/// Names the bytes that are sent, as RFC 9110 8.8.3 wants it: each coding of a file has a name of its own.
fn etag(file: &rust_embed::EmbeddedFile) -> String {
    use std::fmt::Write as _;
    let hash = file.metadata.sha256_hash();
    let mut tag = String::with_capacity(2 * hash.len() + 2);
    tag.push('"');
    for byte in hash {
        let written = write!(tag, "{byte:02x}");
        debug_assert!(written.is_ok(), "text takes every byte");
    }
    tag.push('"');
    tag
}

/// States whether the reader takes this coding (RFC 9110 12.5.3); one of weight 0 it does not.
fn accepts(asked: &HeaderMap, coding: &str) -> bool {
    asked.get_all(header::ACCEPT_ENCODING).iter().any(|value| {
        value.to_str().unwrap_or_default().split(',').any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding));
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            named
                && weight
                    .is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_where_it_is_named_with_a_weight_above_nothing() {
        let cases = [
            ("gzip, deflate, br, zstd", "br", true),
            ("gzip;q=1.0, BR;q=0.5", "br", true),
            ("gzip, br;q=0", "br", false),
            ("gzip, br; q=0.0", "br", false),
            ("deflate", "gzip", false),
            ("", "br", false),
            ("brotli", "br", false),
        ];
        for (offered, coding, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(offered));
            assert_eq!(
                accepts(&headers, coding),
                expected,
                "{coding} of `{offered}`"
            );
        }
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
