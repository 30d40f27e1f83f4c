//! Language models as careful colleagues, and the rules that do the same work without one.
//!
//! A procedure in words becomes the draft of a recipe here, by rules or by a model; the validator of
//! `avops_recipe` judges both. A model is reached as every other system is: through `avops_tools::outbound`, live
//! or simulated.
//!
//! [`Desk`] is where the program asks: it knows the providers, their keys, the order in which they stand in for
//! each other, and the limits. [`Model`] is one provider's model in its own dialect.

mod anthropic;
mod desk;
mod error;
mod form;
pub mod knowledge;
mod model;
mod openai;
mod price;
mod provider;
pub mod simulator;
pub mod sop;
mod stream;

pub use desk::{Asked, Desk, DeskConfig, Ledger, ProviderConfig, Spent, Standing, Tested, Unkept};
pub use error::ModelError;
pub use form::{Answered, answer_in_form};
pub use model::{
    Call, CallResult, Form, Heard, Listener, Message, Model, Stop, ToolOffer, Transcript, Turn,
    Usage,
};
pub use price::cost_micro_usd;
pub use provider::Provider;
pub use simulator::{Script, Simulator};
