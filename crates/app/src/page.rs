//! Lists in bites.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Which bite of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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

impl<T> Page<T> {
    /// Cuts the wanted bite out of a list that is there as a whole. A cursor is the `id` of the last item of the bite
    /// before, so what is added or removed elsewhere shifts nothing.
    ///
    /// # Errors
    /// [`Error::BadInput`] when no item has the cursor's id (any more).
    pub fn of(
        all: Vec<T>,
        request: &PageRequest,
        id: impl Fn(&T) -> String,
    ) -> Result<Self, Error> {
        let start = match &request.cursor {
            None => 0,
            Some(cursor) => {
                let last = all.iter().position(|item| id(item) == *cursor);
                last.ok_or_else(|| {
                    Error::bad_input(
                        "this cursor was not given out by this list, or what it stood for was removed",
                        "start again without a cursor",
                    )
                })? + 1
            }
        };
        let limit = usize::try_from(request.bounded()).unwrap_or(usize::MAX);
        let end = start.saturating_add(limit);
        let next = all
            .get(end..)
            .filter(|rest| !rest.is_empty())
            .and_then(|_| all.get(end - 1))
            .map(id);
        let items = all.into_iter().skip(start).take(limit).collect();
        Ok(Self { items, next })
    }
}

impl PageRequest {
    /// The limit within its bounds.
    pub fn bounded(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }
}
