//! The directory of rooms and devices, and the simulated campus.

use avops_app::Permission::{ManageTools, See, Simulate};

use crate::addresses::{Access, Routes};
use crate::api::{campus, rooms};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    simulated(registered(routes))
}

fn registered(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/rooms",
            Access::Needs(See),
            "Lists rooms with their devices",
            rooms::list,
        )
        .post_once(
            "/api/v1/rooms",
            Access::Needs(ManageTools),
            "Registers a room",
            rooms::add,
        )
        .get(
            "/api/v1/rooms/{room}",
            Access::Needs(See),
            "Gives a room by id, name, alias or e-mail address",
            rooms::get,
        )
        .put(
            "/api/v1/rooms/{room}",
            Access::Needs(ManageTools),
            "Describes a room anew",
            rooms::replace,
        )
        .delete(
            "/api/v1/rooms/{room}",
            Access::Needs(ManageTools),
            "Takes a room out of the directory",
            rooms::remove,
        )
        .get(
            "/api/v1/devices",
            Access::Needs(See),
            "Lists devices, also those that are in no room",
            rooms::devices,
        )
        .post_once(
            "/api/v1/devices",
            Access::Needs(ManageTools),
            "Registers a device",
            rooms::add_device,
        )
        .put(
            "/api/v1/devices/{device}",
            Access::Needs(ManageTools),
            "Describes a device anew",
            rooms::replace_device,
        )
        .delete(
            "/api/v1/devices/{device}",
            Access::Needs(ManageTools),
            "Takes a device out of the directory",
            rooms::remove_device,
        )
        .get(
            "/api/v1/directory/export",
            Access::Needs(See),
            "Writes rooms and devices as YAML or CSV",
            rooms::export,
        )
        .post(
            "/api/v1/directory/import",
            Access::Needs(ManageTools),
            "Reads rooms and devices from YAML or CSV, or says what that would change",
            rooms::import,
        )
}

fn simulated(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/campus",
            Access::Needs(See),
            "Shows the simulated campus, and what can go wrong in it",
            campus::look,
        )
        .post(
            "/api/v1/campus/faults",
            Access::Needs(Simulate),
            "Switches a fault of the simulated campus on or off",
            campus::switch,
        )
        .delete(
            "/api/v1/campus/faults",
            Access::Needs(Simulate),
            "Switches every fault of the simulated campus off",
            campus::mend,
        )
}
