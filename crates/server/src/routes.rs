//! Every address on one screen. An address cannot be added without saying who may use it.

use avops_app::Permission::{Author, ManageAccess, ManageTools, ManageWorkspace, See, Simulate};

use crate::addresses::{Access, Routes};
use crate::api::{
    agents, artifacts, backups, catalog, connectors, inbox, me, recipes, runs, settings, setup,
    sop, tokens, workflows,
};
use crate::{Door, assets, auth, live};

/// Every address with its handler.
#[expect(
    clippy::too_many_lines,
    reason = "one list is read at a glance, several are not"
)]
pub(crate) fn all(door: &Door) -> Routes<'_> {
    Routes::new(door)
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
        .get(
            "/api/v1/settings",
            Access::Needs(See),
            "The settings with their sources",
            settings::get,
        )
        .patch(
            "/api/v1/settings",
            Access::Needs(ManageWorkspace),
            "Changes settings",
            settings::change,
        )
        .post(
            "/api/v1/settings/provider/test",
            Access::Needs(ManageWorkspace),
            "Tries a provider of language models",
            settings::try_provider,
        )
        .get(
            "/api/v1/settings/providers/{provider}/models",
            Access::Needs(ManageWorkspace),
            "Lists the models of a provider",
            settings::models,
        )
        .get(
            "/api/v1/setup",
            Access::Needs(See),
            "What is missing",
            setup::status,
        )
        .post_once(
            "/api/v1/setup",
            Access::Needs(ManageWorkspace),
            "Creates what is missing; safe to repeat",
            setup::initialize,
        )
        .post_once(
            "/api/v1/setup/reset",
            Access::Needs(ManageWorkspace),
            "Removes all agents, recipes and added tools; runs stay",
            setup::reset,
        )
        .get(
            "/api/v1/setup/baseline",
            Access::Needs(See),
            "What incidents cost by hand, and what runs did",
            setup::baseline,
        )
        .put(
            "/api/v1/setup/baseline",
            Access::Needs(ManageWorkspace),
            "Keeps what incidents cost by hand",
            setup::save_baseline,
        )
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
        .get(
            "/api/v1/recipes",
            Access::Needs(See),
            "Lists recipes",
            recipes::list,
        )
        .post_once(
            "/api/v1/recipes",
            Access::Needs(Author),
            "Saves a new recipe",
            recipes::create,
        )
        .post(
            "/api/v1/recipes/validate",
            Access::Needs(Author),
            "Checks a text; never has an effect",
            recipes::validate,
        )
        .get(
            "/api/v1/recipes/schema",
            Access::Needs(See),
            "JSON Schema of a recipe, for editors",
            recipes::schema,
        )
        .get(
            "/api/v1/recipes/scaffold",
            Access::Needs(See),
            "A recipe to start from",
            recipes::scaffold,
        )
        .get(
            "/api/v1/recipes/{recipe}",
            Access::Needs(See),
            "Gives a recipe at its newest version",
            recipes::get,
        )
        .put(
            "/api/v1/recipes/{recipe}",
            Access::Needs(Author),
            "Saves a recipe; a changed text makes the next version",
            recipes::save,
        )
        .delete(
            "/api/v1/recipes/{recipe}",
            Access::Needs(Author),
            "Removes a recipe",
            recipes::delete,
        )
        .get(
            "/api/v1/recipes/{recipe}/versions",
            Access::Needs(See),
            "Lists its versions",
            recipes::versions,
        )
        .get(
            "/api/v1/recipes/{recipe}/versions/{version}",
            Access::Needs(See),
            "Gives one version",
            recipes::version,
        )
        .get(
            "/api/v1/recipes/{recipe}/diff",
            Access::Needs(See),
            "Compares two versions",
            recipes::diff,
        )
        .get(
            "/api/v1/recipes/{recipe}/promotion",
            Access::Needs(See),
            "The four promotion criteria as measured",
            recipes::promotion,
        )
        .get(
            "/api/v1/diagnostics/{code}",
            Access::Needs(See),
            "The manual page of a diagnostic",
            recipes::explain,
        )
        .post(
            "/api/v1/sop/convert",
            Access::Needs(Author),
            "Drafts a recipe out of a procedure in words; never has an effect",
            sop::convert,
        )
        .get(
            "/api/v1/runs",
            Access::Needs(See),
            "Lists runs, newest first",
            runs::list,
        )
        .post(
            "/api/v1/runs",
            Access::Needs(Simulate),
            "Starts a run; 202 once it is durable",
            runs::start,
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
            "Runs it again",
            runs::rerun,
        )
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
        .get(
            "/api/v1/dashboard",
            Access::Needs(See),
            "Figures, trend, recent runs",
            inbox::dashboard,
        )
        .get(
            "/api/v1/tools",
            Access::Needs(See),
            "Lists tools with their health",
            connectors::list,
        )
        .post_once(
            "/api/v1/tools",
            Access::Needs(ManageTools),
            "Adds an HTTP connector",
            connectors::add,
        )
        .post(
            "/api/v1/tools/check",
            Access::Needs(See),
            "Asks all tools how they feel",
            connectors::check_all,
        )
        .post(
            "/api/v1/tools/action",
            Access::Needs(Simulate),
            "Calls an action: tool, action, args",
            connectors::action,
        )
        .get(
            "/api/v1/tools/{tool}",
            Access::Needs(See),
            "Gives a tool",
            connectors::get,
        )
        .patch(
            "/api/v1/tools/{tool}",
            Access::Needs(ManageTools),
            "Changes a tool's settings, or an HTTP connector",
            connectors::change,
        )
        .delete(
            "/api/v1/tools/{tool}",
            Access::Needs(ManageTools),
            "Removes an HTTP connector",
            connectors::remove,
        )
        .get(
            "/api/v1/tools/{tool}/health",
            Access::Needs(See),
            "Asks a tool how it feels",
            connectors::health,
        )
        .post(
            "/api/v1/tool-settings/key",
            Access::Needs(ManageTools),
            "Seals the settings of tools with a new key",
            connectors::rotate_key,
        )
        .post(
            "/api/v1/tools/{tool}/actions/{action}",
            Access::Needs(Simulate),
            "Calls an action",
            connectors::named_action,
        )
        .get(
            "/connectors/{tool}/health",
            Access::Needs(See),
            "Our tools as plain HTTP connectors",
            connectors::plain_health,
        )
        .post(
            "/connectors/{tool}/action",
            Access::Needs(Simulate),
            "Our tools as plain HTTP connectors",
            connectors::plain_action,
        )
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
        .post_once(
            "/api/v1/backup",
            Access::Needs(ManageWorkspace),
            "Makes a backup in the data folder, checked and read back",
            backups::make,
        )
        .get(
            "/api/v1/backups",
            Access::Needs(ManageWorkspace),
            "Lists the backups in the data folder, newest first",
            backups::list,
        )
        .get(
            "/api/v1/backups/{backup}",
            Access::Needs(ManageWorkspace),
            "Gives a backup as a file",
            backups::fetch,
        )
        .delete(
            "/api/v1/backups/{backup}",
            Access::Needs(ManageWorkspace),
            "Removes a backup",
            backups::delete,
        )
        .get(
            "/api/v1/audit",
            Access::Needs(ManageAccess),
            "The trail of who changed what",
            tokens::audit,
        )
}
