//! The way in: health, signing in, who asks, what the API is.

use avops_app::Permission::See;

use crate::addresses::{Access, Routes};
use crate::api::{catalog, me};
use crate::{assets, auth};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/health/live",
            Access::Open,
            "States that the process runs",
            catalog::live,
        )
        .get(
            "/health/ready",
            Access::Open,
            "States that it can take work",
            catalog::ready,
        )
        .get(
            "/sign-in",
            Access::Open,
            "The page behind a sign-in link",
            assets::sign_in,
        )
        .get(
            "/sign-in.js",
            Access::Open,
            "Its script",
            assets::sign_in_script,
        )
        .post(
            "/api/v1/sign-in",
            Access::Open,
            "Trades a one-time code for a session",
            auth::sign_in,
        )
        .post(
            "/api/v1/sign-out",
            Access::Open,
            "Ends the session",
            auth::sign_out,
        )
        .get(
            "/openapi.json",
            Access::Needs(See),
            "This description",
            catalog::openapi,
        )
        .get(
            "/docs",
            Access::Needs(See),
            "This description as a page",
            catalog::docs,
        )
        .get(
            "/metrics",
            Access::Needs(See),
            "Figures for Prometheus",
            catalog::metrics,
        )
        .get(
            "/api/v1/me",
            Access::Needs(See),
            "Who asks, what they may, and in which mode the workspace is",
            me::get,
        )
}
