//! The connectors against their simulators and against misbehaving peers, over real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::format_collect,
    reason = "what a test cannot do without ends it; tables of cases are long; test data is small"
)]

mod bookings;
mod calendar;
mod calendars_elsewhere;
mod campus_control;
mod extron;
mod faulty_tool;
mod fixture;
mod github;
mod google_drive;
mod http_answers;
mod knowledge;
mod limits;
mod mcp;
mod mock_mode;
mod pjlink;
mod qsys;
mod qsys_lines;
mod recipes;
mod registry;
mod search;
mod servicenow;
mod settings;
mod slack;
mod slack_files;
mod tickets;
mod tickets_elsewhere;
mod zoom;
