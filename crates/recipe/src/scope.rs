//! The values that an expression or template can see.

use serde_json::{Map, Value};

/// Root names and their values. Cheap to clone; values are shared.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    roots: Map<String, Value>,
}

impl Scope {
    /// An empty scope.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds a root name (`intake`, `zoom_room`, `item` …), replacing what it meant before.
    pub fn set(&mut self, name: &str, value: &Value) {
        self.roots.insert(name.to_owned(), value.clone());
    }

    /// Binds `name` under the root mapping `root` (`plan` + `zoom_room`), making the root when it is absent.
    pub fn set_under(&mut self, root: &str, name: &str, value: &Value) {
        let entry = self
            .roots
            .entry(root)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(map) = entry {
            map.insert(name.to_owned(), value.clone());
        }
    }
}
