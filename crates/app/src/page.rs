//! Lists in bites.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which bite of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageRequest {
    /// At most so many; 50 when absent, never more than 500.
    pub limit: Option<u32>,
    /// The `next` of the bite before.
    pub cursor: Option<String>,
}

/// One bite of a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Asks for the bite after this one; absent at the end.
    pub next: Option<String>,
}

impl PageRequest {
    /// The limit within its bounds.
    pub fn bounded(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }
}
