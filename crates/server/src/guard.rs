//! What every request passes: host and origin, proof against forged forms, headers on the way out.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Door;
use crate::auth::SESSION_COOKIE;
use crate::error::Problem;

/// Refuses hosts and origins that are not ours, and changes that a foreign page could have caused.
pub(crate) async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    match check(&door, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(door: &Door, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let host = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| text(headers, &header::HOST));
    let host = host.unwrap_or_default().to_ascii_lowercase();
    if !door.options.hosts.contains(&host) || headers.get_all(header::HOST).iter().count() > 1 {
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "unknown host",
            "this server does not answer under that name",
        )
        .hint(
            "use the address that it printed at its start, or add the name to its configuration",
        ));
    }
    // An origin that is no text is a foreign one, not an absent one.
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let ours = origin
            .split_once("://")
            .is_some_and(|(_, name)| door.options.hosts.contains(&name.to_ascii_lowercase()));
        if !ours {
            return Err(foreign());
        }
    }
    let site = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && site.is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(foreign());
    }
    // A cookie comes along by itself, so it proves nothing: the page adds a header that forms cannot send.
    let by_cookie =
        text(headers, &header::COOKIE).is_some_and(|cookie| cookie.contains(SESSION_COOKIE));
    let by_token = headers.contains_key(header::AUTHORIZATION);
    if changes && by_cookie && !by_token && !headers.contains_key("x-avops") {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "not from our page",
            "a change with a session needs the header `X-AVOps: 1`",
        ));
    }
    Ok(())
}

fn foreign() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "foreign origin",
        "this came from a page of another site",
    )
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Security headers on every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let docs = request.uri().path().starts_with("/docs");
    let api = request.uri().path().starts_with("/api/");
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // The component library sets style attributes; scripts are ours alone, and never inline.
    let policy = if docs {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    } else {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'"
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Whoever stands in front may have taken the end of such a body for elsewhere (RFC 9112, 6.1): no second request is
    // read from what may be its rest.
    if chunked {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
