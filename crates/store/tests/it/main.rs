//! The store against real SQLite files in temporary folders.

mod journal;
mod sample;
