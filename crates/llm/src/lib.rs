//! Language models as careful colleagues, and the rules that do the same work without one.
//!
//! A procedure in words becomes the draft of a recipe here, by rules or by a model; the validator of
//! `avops_recipe` judges both. A model is reached as every other system is: through `avops_tools::outbound`, live
//! or simulated.

pub mod sop;
