//! The language from outside: text in, recipe and diagnostics out.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod good_recipes;
mod guide;
mod hostile;
mod hostile_documents;
mod manual;
mod mistakes;
mod vocabulary;
