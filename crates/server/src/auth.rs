//! Who asks: a bearer token or a browser's session cookie. Absent or unknown is refused; there is no default.

use std::time::Duration;

use avops_app::{Actor, App, sessions, tokens};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Door;
use crate::body::Body;
use crate::described::{Given, Gives, Schemas};
use crate::error::Problem;
use crate::outcome::NoContent;

/// Name of the cookie; over TLS it carries the `__Host-` prefix, which browsers tie to this host.
pub(crate) const SESSION_COOKIE: &str = "avops_session";

/// A live view is looked at so often for whether its reader may still read: an ended right ends it within this time.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

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

/// What a request proved who asks with, to be looked at again while a long answer goes on.
#[derive(Clone)]
pub(crate) enum Proof {
    Token(String),
    Session(String),
}

impl Proof {
    /// States whether it still stands for `by`. Looking is no use: it keeps no session from ending.
    async fn holds(&self, app: &App, by: &Actor) -> bool {
        let found = match self {
            Self::Token(secret) => tokens::standing(app, secret).await,
            Self::Session(secret) => sessions::standing(app, secret).await,
        };
        found.is_ok_and(|found| found.as_ref() == Some(by))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Proof {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(Problem::unknown_caller)
    }
}

/// Comes to its end when the proof does not stand for `by` any more.
pub(crate) async fn lost(app: App, by: Actor, proof: Proof) {
    while proof.holds(&app, &by).await {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Lets only known actors through.
pub(crate) async fn require(
    State(door): State<Door>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(proof) = proof(&door, request.headers()) else {
        return Problem::unknown_caller().into_response();
    };
    let found = match &proof {
        Proof::Token(secret) => tokens::authenticate(&door.app, secret).await,
        Proof::Session(secret) => sessions::authenticate(&door.app, secret).await,
    };
    match found {
        Ok(Some(actor)) => {
            let from_page = FromPage(matches!(proof, Proof::Session(_)));
            let extensions = request.extensions_mut();
            extensions.insert(By(actor));
            extensions.insert(from_page);
            extensions.insert(proof);
            next.run(request).await
        }
        Ok(None) => Problem::unknown_caller().into_response(),
        Err(error) => Problem::from(error).into_response(),
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

/// A header says who asks, or else the cookie; a header that says nothing known is not made up for by a cookie.
fn proof(door: &Door, headers: &HeaderMap) -> Option<Proof> {
    match headers.get(header::AUTHORIZATION) {
        Some(value) => {
            let bearer = value.to_str().ok()?.strip_prefix("Bearer ")?;
            Some(Proof::Token(bearer.trim().to_owned()))
        }
        None => session_secret(door, headers).map(Proof::Session),
    }
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
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The code.
    code: String,
}

/// Trades the code for a session cookie.
pub(crate) async fn sign_in(
    State(door): State<Door>,
    Body(sign_in): Body<SignIn>,
) -> Result<WithCookie, Problem> {
    let Some(opened) = sessions::claim(&door.app, sign_in.code.trim()).await? else {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "this link does not work",
            "the code is unknown, was used, or is older than an hour",
        )
        .hint("make a new one with `avops token link`, or restart the server"));
    };
    let left = opened.expires_at.as_second() - door.app.clock().now().as_second();
    with_cookie(&door, &opened.secret, left)
}

/// Ends the session.
pub(crate) async fn sign_out(
    State(door): State<Door>,
    headers: HeaderMap,
) -> Result<WithCookie, Problem> {
    if let Some(secret) = session_secret(&door, &headers) {
        sessions::sign_out(&door.app, &secret).await?;
    }
    with_cookie(&door, "", 0)
}

/// An answer without a body that sets or ends the cookie.
pub(crate) struct WithCookie(Response);

impl IntoResponse for WithCookie {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Gives for WithCookie {
    fn give(schemas: &mut Schemas) -> Given {
        NoContent::give(schemas)
    }
}

fn with_cookie(door: &Door, value: &str, seconds: i64) -> Result<WithCookie, Problem> {
    let secure = if door.options.secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}",
        cookie_name(door)
    );
    let cookie = HeaderValue::from_str(&cookie)
        .map_err(|error| Problem::from(avops_app::Error::Internal(error.to_string())))?;
    let mut response = NoContent.into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(WithCookie(response))
}
