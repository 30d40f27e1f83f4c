//! Rooms, devices, and the directory as a file.

use avops_app::rooms::{self, Device, ImportRequest, Place, PlacesFormat, RoomFilter, RoomWorld};
use serde_json::{Map, Value};

use super::{Inside, list, read, shown, unknown};
use crate::api::{Method, Query};
use crate::error::Error;

impl Inside {
    /// Carries out what the API would do below `rooms`, `devices` and `directory`.
    pub(super) async fn places(
        &self,
        method: Method,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        let Self { app, by } = self;
        let asked = Asked::read(query)?;
        match (method, path) {
            (Method::Get, ["rooms"]) => list(rooms::list(app, by, &asked.filter)?),
            (Method::Post, ["rooms"]) => shown(rooms::add(app, by, read::<Place>(body)?).await?),
            (Method::Get, ["rooms", room]) => shown(rooms::get(app, by, room, asked.filter.world)?),
            (Method::Put, ["rooms", room]) => {
                shown(rooms::replace(app, by, room, read::<Place>(body)?).await?)
            }
            (Method::Delete, ["rooms", room]) => shown(rooms::remove(app, by, room).await?),
            (Method::Get, ["devices"]) => list(rooms::devices(app, by, asked.filter.world)?),
            (Method::Post, ["devices"]) => {
                shown(rooms::add_device(app, by, read::<Device>(body)?).await?)
            }
            (Method::Put, ["devices", device]) => {
                shown(rooms::replace_device(app, by, device, read::<Device>(body)?).await?)
            }
            (Method::Delete, ["devices", device]) => {
                shown(rooms::remove_device(app, by, device).await?)
            }
            (Method::Get, ["directory", "export"]) => {
                shown(rooms::export(app, by, asked.format, asked.filter.world)?)
            }
            (Method::Post, ["directory", "import"]) => {
                shown(rooms::import(app, by, read::<ImportRequest>(body)?).await?)
            }
            _ => Err(unknown(path)),
        }
    }
}

/// What a query says.
struct Asked {
    filter: RoomFilter,
    format: PlacesFormat,
}

impl Asked {
    /// Lists come whole in here, so what asks for a bite is not needed.
    fn read(query: Query) -> Result<Self, Error> {
        let mut words: Map<String, Value> = query
            .into_iter()
            .filter(|(name, _)| !matches!(*name, "limit" | "cursor"))
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect();
        let format = words.remove("format").unwrap_or_else(|| "yaml".into());
        let word = |name: &str| words.get(name).and_then(Value::as_str).map(str::to_owned);
        let of = words.get("world").cloned().unwrap_or_default();
        Ok(Self {
            filter: RoomFilter {
                q: word("q"),
                site: word("site"),
                world: read::<Option<RoomWorld>>(of)?,
            },
            format: read(format)?,
        })
    }
}
