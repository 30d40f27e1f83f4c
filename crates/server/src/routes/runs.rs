//! Runs, what waits in them, and the figures of them.

use avops_app::Permission::{See, Simulate};

use crate::addresses::{Access, Routes};
use crate::api::{artifacts, inbox, runs};
use crate::live;

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/runs",
            Access::Needs(See),
            "Lists runs, newest first or as sorted",
            runs::list,
        )
        .post(
            "/api/v1/runs",
            Access::Needs(Simulate),
            "Starts a run; 202 once it is durable",
            runs::start,
        )
        .post_once(
            "/api/v1/runs/bulk",
            Access::Needs(Simulate),
            "Cancels, pauses, resumes or repeats many runs; says for each what became of it",
            runs::bulk,
        )
        .get(
            "/api/v1/runs/{run}",
            Access::Needs(See),
            "Gives a run with its steps and artifacts",
            runs::get,
        )
        .get(
            "/api/v1/runs/{run}/artifacts/{artifact}/content",
            Access::Needs(See),
            "Gives what an artifact holds, as a file",
            artifacts::content,
        )
        .get(
            "/api/v1/runs/{run}/events",
            Access::Needs(See),
            "Its journal as server-sent events",
            live::run,
        )
        .post_once(
            "/api/v1/runs/{run}/signals",
            Access::Needs(Simulate),
            "Tells a run what a person says",
            runs::signal,
        )
        .post(
            "/api/v1/runs/{run}/rerun",
            Access::Needs(Simulate),
            "Runs it again, from the start or from a later step",
            runs::rerun,
        )
        .post(
            "/api/v1/runs/{run}/rerun/preview",
            Access::Needs(Simulate),
            "Says what running it again would do; has no effect",
            runs::preview,
        )
        .get(
            "/api/v1/runs/{run}/compare",
            Access::Needs(See),
            "Compares it with another run, step by step",
            runs::compare,
        )
        .get(
            "/api/v1/runs/{run}/article",
            Access::Needs(See),
            "Drafts a knowledge article about a run that has ended",
            runs::article,
        )
        .get(
            "/api/v1/events",
            Access::Needs(See),
            "Which runs changed, as server-sent events",
            live::all,
        )
        .get(
            "/api/v1/inbox",
            Access::Needs(See),
            "Everything that waits for a person",
            inbox::list,
        )
        .post(
            "/api/v1/inbox/answers",
            Access::Needs(Simulate),
            "Answers several waits, each by itself; says of each whether it counts",
            inbox::answer,
        )
        .get(
            "/api/v1/dashboard",
            Access::Needs(See),
            "Figures, trend, recent runs",
            inbox::dashboard,
        )
}
