//! The values that an expression or template can see.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value as Live;
use minijinja::value::{Enumerator, Object};
use serde_json::Value;

use crate::expr::convert::{from_json, to_json};

/// Root names and their values. Cheap to clone: values are converted once, when bound, and shared.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: Arc<Names>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    roots: BTreeMap<String, Live>,
    groups: BTreeMap<String, Arc<Group>>,
}

#[derive(Debug, Clone, Default)]
struct Group(BTreeMap<String, Live>);

impl Scope {
    /// An empty scope.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds a root name (`intake`, `zoom_room`, `item` …), replacing what it meant before.
    pub fn set(&mut self, name: &str, value: &Value) {
        let names = Arc::make_mut(&mut self.names);
        names.groups.remove(name);
        names.roots.insert(name.to_owned(), from_json(value));
    }

    /// Binds `name` under the root mapping `root` (`plan` + `zoom_room`), making the root when it is absent.
    pub fn set_under(&mut self, root: &str, name: &str, value: &Value) {
        let names = Arc::make_mut(&mut self.names);
        let group = names.groups.entry(root.to_owned()).or_default();
        Arc::make_mut(group)
            .0
            .insert(name.to_owned(), from_json(value));
    }

    /// The value at a dotted path (`zoom_room.status`, `rooms.0.id`), where there is one.
    pub fn lookup(&self, path: &str) -> Option<Value> {
        self.live(path)
            .map(|value| to_json(&value).unwrap_or(Value::Null))
    }

    /// The names directly under `path`; the roots for an empty path.
    pub(crate) fn names_under(&self, path: &str) -> Vec<String> {
        if path.is_empty() {
            return self
                .names
                .roots
                .keys()
                .chain(self.names.groups.keys())
                .cloned()
                .collect();
        }
        let Some(value) = self.live(path) else {
            return Vec::new();
        };
        let keys = value.try_iter().map(|keys| {
            keys.take(200)
                .filter_map(|key| key.as_str().map(str::to_owned))
        });
        keys.map(Iterator::collect).unwrap_or_default()
    }

    pub(crate) fn live(&self, path: &str) -> Option<Live> {
        let mut parts = path.split('.');
        let mut value = self.names.root(parts.next()?)?;
        for part in parts {
            value = match part.parse::<usize>() {
                Ok(index) => value.get_item_by_index(index).ok()?,
                Err(_) => value.get_attr(part).ok()?,
            };
            if value.is_undefined() {
                return None;
            }
        }
        Some(value)
    }

    pub(crate) fn context(&self) -> Live {
        Live::from_dyn_object(Arc::clone(&self.names))
    }
}

impl Names {
    fn root(&self, name: &str) -> Option<Live> {
        self.roots.get(name).cloned().or_else(|| {
            self.groups
                .get(name)
                .map(|group| Live::from_dyn_object(Arc::clone(group)))
        })
    }
}

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Live) -> Option<Live> {
        self.root(key.as_str()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(
            self.roots
                .keys()
                .chain(self.groups.keys())
                .map(Live::from)
                .collect(),
        )
    }
}

impl Object for Group {
    fn get_value(self: &Arc<Self>, key: &Live) -> Option<Live> {
        self.0.get(key.as_str()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(Live::from).collect())
    }
}
