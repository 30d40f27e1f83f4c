//! The product seen from outside. This room knows no type of the program: it starts the built binary,
//! plays an outside tool for it, and asks it over HTTP and on the command line, as a user's programs would.
//!
//! The binary is the one that `AVOPS_BIN` names, else `target/debug/avops`.

pub mod client;
pub mod ledger;
pub mod program;

pub use client::{Client, ClientError, RawReply, Reply};
pub use ledger::{Effect, Ledger, Moment};
pub use program::{Program, ProgramError, binary};
