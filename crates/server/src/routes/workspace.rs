//! Settings, calendars, set-up and backups.

use avops_app::Permission::{ManageWorkspace, See};

use crate::addresses::{Access, Routes};
use crate::api::{backups, calendars, settings, setup, support};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    add_upkeep(add_settings(routes))
}

/// Settings and calendars.
fn add_settings(routes: Routes<'_>) -> Routes<'_> {
    routes
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
        .post(
            "/api/v1/settings/notices/test",
            Access::Needs(ManageWorkspace),
            "Sends a test notice to a Slack channel",
            settings::test_notice,
        )
        .get(
            "/api/v1/settings/providers/{provider}/models",
            Access::Needs(ManageWorkspace),
            "Lists the models of a provider",
            settings::models,
        )
        .get(
            "/api/v1/calendars",
            Access::Needs(See),
            "Lists the calendars: days on which runs change nothing",
            calendars::list,
        )
        .put(
            "/api/v1/calendars",
            Access::Needs(ManageWorkspace),
            "Keeps a calendar, in the place of the one with its name",
            calendars::save,
        )
        .delete(
            "/api/v1/calendars/{calendar}",
            Access::Needs(ManageWorkspace),
            "Removes a calendar",
            calendars::remove,
        )
}

/// Set-up and backups.
fn add_upkeep(routes: Routes<'_>) -> Routes<'_> {
    routes
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
        .post(
            "/api/v1/support/bundle",
            Access::Needs(ManageWorkspace),
            "Makes a ZIP file for whoever helps: version, settings with their sources, health, recent failures, log; no secrets",
            support::bundle,
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
}
