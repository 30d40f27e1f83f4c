//! The program and the workspace around it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod architecture;
mod command_line;
mod mcp;
mod serving;
