//! Agents.

use avops_app::Permission::{Author, See};

use crate::addresses::{Access, Routes};
use crate::api::agents;

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/agents",
            Access::Needs(See),
            "Lists agents",
            agents::list,
        )
        .post_once(
            "/api/v1/agents",
            Access::Needs(Author),
            "Creates an agent",
            agents::create,
        )
        .get(
            "/api/v1/agents/{agent}",
            Access::Needs(See),
            "Gives an agent",
            agents::get,
        )
        .get(
            "/api/v1/agents/{agent}/reach",
            Access::Needs(See),
            "Says what an agent may touch",
            agents::reach,
        )
        .patch(
            "/api/v1/agents/{agent}",
            Access::Needs(Author),
            "Changes an agent",
            agents::change,
        )
        .delete(
            "/api/v1/agents/{agent}",
            Access::Needs(Author),
            "Removes an agent",
            agents::delete,
        )
}
