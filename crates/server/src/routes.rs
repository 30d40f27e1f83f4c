//! Every address, a file for each group. An address cannot be added without saying who may use it.

mod access;
mod agents;
mod chat;
mod door;
mod mcp;
mod recipes;
mod rooms;
mod runs;
mod tools;
mod workflows;
mod workspace;

use crate::Door;
use crate::addresses::Routes;

/// Every address with its handler.
pub(crate) fn all(door: &Door) -> Routes<'_> {
    [
        door::add,
        access::add,
        workspace::add,
        chat::add,
        agents::add,
        recipes::add,
        runs::add,
        workflows::add,
        tools::add,
        rooms::add,
        mcp::add,
    ]
    .into_iter()
    .fold(Routes::new(door), |routes, add| add(routes))
}
