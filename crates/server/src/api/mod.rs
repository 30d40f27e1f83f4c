//! Handlers and wire types, one file a resource. They translate; they decide nothing.

pub(crate) mod agents;
pub(crate) mod artifacts;
pub(crate) mod backups;
pub(crate) mod calendars;
pub(crate) mod campus;
pub(crate) mod catalog;
pub(crate) mod chat;
pub(crate) mod connectors;
pub(crate) mod hooks;
pub(crate) mod inbox;
pub(crate) mod manual;
pub(crate) mod me;
pub(crate) mod recipe_tests;
pub(crate) mod recipes;
pub(crate) mod rooms;
pub(crate) mod runs;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sop;
pub(crate) mod support;
pub(crate) mod tokens;
pub(crate) mod transfer;
pub(crate) mod workflows;

use avops_engine::RunId;
use axum::http::StatusCode;

use crate::error::Problem;

/// A run's id out of an address.
pub(crate) fn run_id(text: &str) -> Result<RunId, Problem> {
    text.parse().map_err(|_| {
        Problem::new(StatusCode::NOT_FOUND, "not found", format!("there is no run {text:?}"))
            .hint("ids of runs look like 019a8f00-0000-7000-8000-000000000000; `GET /api/v1/runs` lists them")
    })
}
