//! Who asks: a bearer token or a browser's session cookie. Absent or unknown is refused; there is no default.

use avops_app::{Actor, sessions, tokens};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::Door;
use crate::body::Body;
use crate::error::Problem;

/// Name of the cookie; over TLS it carries the `__Host-` prefix, which browsers tie to this host.
pub(crate) const SESSION_COOKIE: &str = "avops_session";

/// The actor behind a request, put there by [`require`].
#[derive(Debug, Clone)]
pub(crate) struct By(pub(crate) Actor);

/// Whether the actor came with a session cookie, that is, from the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromPage(pub(crate) bool);

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Problem::unknown_caller)
    }
}

/// Lets only known actors through.
pub(crate) async fn require(
    State(door): State<Door>,
    mut request: Request,
    next: Next,
) -> Response {
    match identify(&door, request.headers()).await {
        Ok(Some((actor, from_page))) => {
            request.extensions_mut().insert(By(actor));
            request.extensions_mut().insert(from_page);
            next.run(request).await
        }
        Ok(None) => Problem::unknown_caller().into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// Lets only actors with the route's permission through. What the route says is the least; operations may ask for more.
pub(crate) async fn allow(
    State((_, permission)): State<(Door, avops_app::Permission)>,
    By(by): By,
    request: Request,
    next: Next,
) -> Response {
    match by.require(permission) {
        Ok(()) => next.run(request).await,
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn identify(door: &Door, headers: &HeaderMap) -> Result<Option<(Actor, FromPage)>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let bearer = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "));
        let Some(bearer) = bearer else {
            return Ok(None);
        };
        let actor = tokens::authenticate(&door.app, bearer.trim()).await?;
        return Ok(actor.map(|actor| (actor, FromPage(false))));
    }
    let Some(secret) = session_secret(door, headers) else {
        return Ok(None);
    };
    let actor = sessions::authenticate(&door.app, &secret).await?;
    Ok(actor.map(|actor| (actor, FromPage(true))))
}

fn cookie_name(door: &Door) -> String {
    if door.options.secure {
        format!("__Host-{SESSION_COOKIE}")
    } else {
        SESSION_COOKIE.to_owned()
    }
}

fn session_secret(door: &Door, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(door);
    let jar = axum_extra::extract::CookieJar::from_headers(headers);
    jar.get(&name).map(|cookie| cookie.value().to_owned())
}

/// The one-time code of a sign-in link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    code: String,
}

/// Trades the code for a session cookie.
pub(crate) async fn sign_in(
    State(door): State<Door>,
    Body(sign_in): Body<SignIn>,
) -> Result<Response, Problem> {
    let Some(opened) = sessions::claim(&door.app, sign_in.code.trim()).await? else {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "this link does not work",
            "the code is unknown, was used, or is older than an hour",
        )
        .hint("make a new one with `avops token link`, or restart the server"));
    };
    let left = opened.expires_at.as_second() - door.app.clock().now().as_second();
    Ok(with_cookie(&door, &opened.secret, left))
}

/// Ends the session.
pub(crate) async fn sign_out(
    State(door): State<Door>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(secret) = session_secret(&door, &headers) {
        sessions::sign_out(&door.app, &secret).await?;
    }
    Ok(with_cookie(&door, "", 0))
}

fn with_cookie(door: &Door, value: &str, seconds: i64) -> Response {
    let secure = if door.options.secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}",
        cookie_name(door)
    );
    let mut response = StatusCode::NO_CONTENT.into_response();
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            response
        }
        Err(_) => Redirect::to("/").into_response(),
    }
}
