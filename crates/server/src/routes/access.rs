//! Tokens, sessions, and the trail of who changed what.

use avops_app::Permission::{ManageAccess, See};

use crate::addresses::{Access, Routes};
use crate::api::tokens;

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/tokens",
            Access::Needs(ManageAccess),
            "Lists tokens",
            tokens::list,
        )
        .post(
            "/api/v1/tokens",
            Access::Needs(ManageAccess),
            "Makes a token",
            tokens::create,
        )
        .delete(
            "/api/v1/tokens/{token}",
            Access::Needs(ManageAccess),
            "Revokes a token",
            tokens::revoke,
        )
        .get(
            "/api/v1/sessions",
            Access::Needs(See),
            "Lists browser sessions",
            tokens::sessions,
        )
        .delete(
            "/api/v1/sessions/{session}",
            Access::Needs(See),
            "Ends a browser session",
            tokens::end_session,
        )
        .post(
            "/api/v1/sign-in-links",
            Access::Needs(See),
            "Makes a one-time sign-in link for oneself",
            tokens::link,
        )
        .get(
            "/api/v1/audit",
            Access::Needs(ManageAccess),
            "The trail of who changed what",
            tokens::audit,
        )
}
