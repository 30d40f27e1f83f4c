//! The web page, embedded. Without it the server still works and says so in one line.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::error::Problem;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../ui/dist"]
#[allow_missing = true]
struct Page;

const NO_PAGE: &str = "<!doctype html><title>AVOps</title><p>AVOps is running, but this program was built without its web page. Build it with <code>make ui</code>. The API is at <a href=\"/docs\">/docs</a>.</p>";
const SIGN_IN: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Sign in · AVOps</title><script src=\"/sign-in.js\" defer></script><main><h1>AVOps</h1><p id=\"state\">Signing in …</p></main></html>";
/// Posts the code, so that nothing which merely opens the link uses it up.
const SIGN_IN_SCRIPT: &str = "const code = new URLSearchParams(location.search).get('code') ?? '';\nconst say = (text) => { document.getElementById('state').textContent = text; };\nfetch('/api/v1/sign-in', { method: 'POST', headers: { 'content-type': 'application/json', 'x-avops': '1' }, body: JSON.stringify({ code }) })\n  .then(async (answer) => {\n    if (answer.ok) location.replace('/');\n    else { const problem = await answer.json(); say(problem.detail + '. ' + (problem.hint ?? '')); }\n  })\n  .catch(() => say('The server does not answer. Try the link again.'));\n";

/// The page behind a sign-in link.
pub(crate) async fn sign_in() -> Html<&'static str> {
    Html(SIGN_IN)
}

/// Its script.
pub(crate) async fn sign_in_script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript")], SIGN_IN_SCRIPT).into_response()
}

/// A file of the page; for addresses of the page itself, its frame.
pub(crate) async fn page(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let ours = ["api/", "connectors/", "health/", "hooks/", "mcp"]
        .iter()
        .any(|start| path.starts_with(start));
    if ours || (method != Method::GET && method != Method::HEAD) {
        return Problem::no_such_address(uri.path()).into_response();
    }
    if let Some(file) = Page::get(path).filter(|_| !path.is_empty()) {
        return file_response(path, file);
    }
    // A name with an ending is a file that is not there; anything else is an address of the page.
    if path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'))
        && path.starts_with("assets/")
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Page::get("index.html") {
        Some(file) => file_response("index.html", file),
        None => Html(NO_PAGE).into_response(),
    }
}

fn file_response(path: &str, file: rust_embed::EmbeddedFile) -> Response {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    // Names under assets/ carry a hash of their content.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = Body::from(file.data.into_owned()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}
