//! Operations against the real store, engine, tools and simulated campus.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without ends it")]

mod access;
mod again;
mod agent_steps;
mod agents;
mod answers;
mod baseline;
mod calendars;
mod catalog;
mod chat;
mod connector_files;
mod connectors;
mod dashboard;
mod hooks;
mod inbox;
mod loopback;
mod mcp;
mod models;
mod notices;
mod promotion;
mod recipe_folder;
mod recipe_tests;
mod rooms;
mod runs;
mod scout;
mod setup;
mod shipped;
mod shipped_support;
mod sign_in;
mod sop;
mod support;
mod talk;
mod tool_settings;
mod transfer;
mod workflows;
mod world;
