//! Our MCP server, which describes itself to those who ask it.

use avops_app::Permission::See;
use axum::extract::Request;

use crate::addresses::{Access, Routes};
use crate::mcp;

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    let service = mcp::service(routes.door());
    routes.any("/mcp", Access::Needs(See), move |request: Request| {
        mcp::answer(service.clone(), request)
    })
}
