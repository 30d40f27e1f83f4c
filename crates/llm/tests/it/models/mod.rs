//! Models over real sockets: the same clients that reach the vendors, against the vendors in miniature.

mod aloud;
mod desk;
mod dialects;
mod form;
pub(crate) mod world;
