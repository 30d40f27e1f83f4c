//! Workflows, their schedules, and the addresses to which messages for them come.

use avops_app::Permission::{Author, Schedule, See, Simulate};

use crate::addresses::{Access, Routes};
use crate::api::{hooks, workflows};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/workflows",
            Access::Needs(See),
            "Lists workflows by name",
            workflows::list,
        )
        .post_once(
            "/api/v1/workflows",
            Access::Needs(Author),
            "Creates a workflow",
            workflows::create,
        )
        .post(
            "/api/v1/workflows/preview",
            Access::Needs(See),
            "Says when a trigger would start a workflow; never has an effect",
            workflows::preview,
        )
        .get(
            "/api/v1/workflows/{workflow}",
            Access::Needs(See),
            "Gives a workflow",
            workflows::get,
        )
        .patch(
            "/api/v1/workflows/{workflow}",
            Access::Needs(Simulate),
            "Changes a workflow, switches it on or off",
            workflows::change,
        )
        .delete(
            "/api/v1/workflows/{workflow}",
            Access::Needs(Author),
            "Removes a workflow; its runs stay",
            workflows::delete,
        )
        .get(
            "/api/v1/workflows/{workflow}/occurrences",
            Access::Needs(See),
            "What became of its due times, newest first",
            workflows::occurrences,
        )
        .post(
            "/api/v1/workflows/{workflow}/runs",
            Access::Needs(Simulate),
            "Starts a workflow now; 202 once the run is durable",
            workflows::run,
        )
        .post(
            "/api/v1/scheduler/tick",
            Access::Needs(Simulate),
            "Looks at the schedules now and starts what is due",
            workflows::tick,
        )
        .post(
            "/hooks/{hook}",
            Access::Signed,
            "Takes a signed message, which starts the workflow of this address; a repetition starts nothing",
            hooks::receive,
        )
        .post(
            "/api/v1/workflows/{workflow}/secret",
            Access::Needs(Schedule),
            "Makes or sets the secret by which messages are signed; one made here is shown this once",
            hooks::secret,
        )
        .get(
            "/api/v1/workflows/{workflow}/deliveries",
            Access::Needs(See),
            "The messages that came for it and what became of them, newest first",
            hooks::deliveries,
        )
}
