//! Tools, their settings and their actions.

use avops_app::Permission::{ManageTools, See, Simulate};

use crate::addresses::{Access, Routes};
use crate::api::connectors;

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/tools",
            Access::Needs(See),
            "Lists tools with their health",
            connectors::list,
        )
        .post_once(
            "/api/v1/tools",
            Access::Needs(ManageTools),
            "Adds an HTTP connector or an MCP server",
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
            "Changes a tool's settings, or a connector that was added",
            connectors::change,
        )
        .delete(
            "/api/v1/tools/{tool}",
            Access::Needs(ManageTools),
            "Removes a connector that was added",
            connectors::remove,
        )
        .post(
            "/api/v1/tools/{tool}/look",
            Access::Needs(ManageTools),
            "Asks an MCP server what it offers, or a connector for its manifest",
            connectors::look,
        )
        .post(
            "/api/v1/tools/{tool}/approvals",
            Access::Needs(ManageTools),
            "Lets tools of an MCP server be called, or turns them off",
            connectors::approve,
        )
        .get(
            "/api/v1/tools/{tool}/health",
            Access::Needs(See),
            "Asks a tool how it feels",
            connectors::health,
        )
        .get(
            "/api/v1/connector-files",
            Access::Needs(See),
            "Lists the files in the folder of connectors, with what became of each",
            connectors::files,
        )
        .post(
            "/api/v1/connector-files/{file}/approval",
            Access::Needs(ManageTools),
            "Lets the MCP server of a file be reached as the file says",
            connectors::approve_file,
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
}
