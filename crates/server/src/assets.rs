//! The web page, embedded. Without it the server still works and says so in one line.

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
pub(crate) async fn frame() -> Response {
    frame_with(StatusCode::OK)
}

fn frame_with(status: StatusCode) -> Response {
    let mut response = match Page::get("index.html") {
        Some(file) => file_response("index.html", file),
        None => Html(NO_PAGE).into_response(),
    };
    *response.status_mut() = status;
    response
}

/// Everything that is no address: a file of the page, or a refusal. Who reads pages gets it as a page.
pub(crate) async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let reads = method == Method::GET || method == Method::HEAD;
    let path = uri.path().strip_prefix('/').unwrap_or_default();
    if reads && let Some(file) = Page::get(path).filter(|_| !path.is_empty()) {
        return file_response(path, file);
    }
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if reads && wants_page && !NOT_PAGES.iter().any(|start| path.starts_with(start)) {
        return frame_with(StatusCode::NOT_FOUND);
    }
    Problem::no_such_address(uri.path()).into_response()
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
