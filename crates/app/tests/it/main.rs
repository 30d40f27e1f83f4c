//! Operations against the real store, engine, tools and simulated campus.

mod access;
mod catalog;
mod connectors;
mod dashboard;
mod runs;
mod setup;
mod shipped;
mod sign_in;
mod world;
