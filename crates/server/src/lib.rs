//! The HTTP front door: translates requests into operations of `app`, and their outcomes into answers.

mod addresses;
mod aloud;
mod api;
mod assets;
mod auth;
mod body;
mod connections;
mod described;
mod error;
mod guard;
mod live;
mod manual;
mod mcp;
mod metrics;
mod openapi;
mod origin;
mod outcome;
mod pages;
mod refusals;
mod repeated;
mod routes;

use std::sync::Arc;

use avops_app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use connections::{ConnectionLimits, serve};
pub use openapi::document as openapi;

/// How this server is reached.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The `Host` values that are answered, in lower case, with port: `127.0.0.1:8420`, `localhost:8420` …
    pub hosts: Vec<String>,
    /// Whether browsers reach it over TLS, so that cookies may be sent over TLS only.
    pub secure: bool,
    /// Cancelled when the server is about to stop: it is not ready any more and takes no new runs.
    pub stopping: CancellationToken,
}

/// Address of the page that takes a one-time sign-in code; the code follows it.
pub const SIGN_IN_PATH: &str = "/sign-in?code=";

/// What handlers share.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) app: App,
    pub(crate) options: Arc<ServerOptions>,
    pub(crate) metrics: metrics::Metrics,
    pub(crate) turns: Arc<repeated::Turns>,
}

/// Largest request body, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// Builds the whole door. Every request passes the guard (host, origin, headers) before anything reads it.
pub fn router(app: App, options: ServerOptions) -> Router {
    let door = Door {
        app,
        options: Arc::new(options),
        metrics: metrics::Metrics::start(),
        turns: Arc::default(),
    };
    let (router, _) = routes::all(&door).into_parts();
    pages::add(router)
        .fallback(assets::file)
        .layer(from_fn(refusals::in_our_form))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(door.clone(), guard::guard))
        .layer(from_fn_with_state(door.clone(), metrics::count))
        .layer(from_fn(guard::headers))
        .layer(CatchPanicLayer::custom(error::panicked))
        .with_state(door)
}
