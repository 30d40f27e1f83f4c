//! Black-box tests of the built program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod alerts;
mod contract;
mod credentials;
mod door;
mod kept;
mod kept_keys;
mod kill_loop;
mod lifecycle;
mod mcp_peers;
mod mcp_public;
mod mcp_server;
mod page_files;
mod recipe_tests;
mod scaffold;
mod sessions;
mod stage;
mod strict;
mod terminal;
