//! Rooms and devices.

use avops_app::rooms::{
    self, Device, ImportRequest, Place, PlacesExport, PlacesFormat, PlacesImport, Room, RoomFilter,
    RoomWorld,
};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::outcome::{Created, NoContent};

/// Which bite of which rooms is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomsQuery {
    /// Text in id, name, aliases, e-mail address or site of a room, or in those of a device in it.
    q: Option<String>,
    /// The site.
    site: Option<String>,
    /// Whose rooms: registered (live) or of the simulated campus (mock); those that calls reach now when absent.
    world: Option<RoomWorld>,
    /// At most so many; 50 when absent, never more than 500.
    limit: Option<u32>,
    /// The `next` of the bite before.
    cursor: Option<String>,
}

/// Which bite of whose devices is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DevicesQuery {
    /// Whose devices; those that calls reach now when absent.
    world: Option<RoomWorld>,
    /// At most so many; 50 when absent, never more than 500.
    limit: Option<u32>,
    /// The `next` of the bite before.
    cursor: Option<String>,
}

/// Whose room.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomQuery {
    /// Those that calls reach now when absent.
    world: Option<RoomWorld>,
}

/// How the directory is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// `yaml` when absent.
    #[serde(default)]
    format: PlacesFormat,
    /// Those that are registered when absent.
    world: Option<RoomWorld>,
}

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(query): Asked<RoomsQuery>,
) -> Result<Json<Page<Room>>, Problem> {
    let filter = RoomFilter {
        q: query.q,
        site: query.site,
        world: query.world,
    };
    let page = PageRequest {
        limit: query.limit,
        cursor: query.cursor,
    };
    let all = rooms::list(&door.app, &by, &filter)?;
    Ok(Json(Page::of(all, &page, |room| room.place.id.clone())?))
}

pub(crate) async fn add(
    State(door): State<Door>,
    By(by): By,
    Body(place): Body<Place>,
) -> Result<Created<Json<Room>>, Problem> {
    Ok(Created(Json(rooms::add(&door.app, &by, place).await?)))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(room): Path<String>,
    Asked(query): Asked<RoomQuery>,
) -> Result<Json<Room>, Problem> {
    Ok(Json(rooms::get(&door.app, &by, &room, query.world)?))
}

pub(crate) async fn replace(
    State(door): State<Door>,
    By(by): By,
    Path(room): Path<String>,
    Body(place): Body<Place>,
) -> Result<Json<Room>, Problem> {
    Ok(Json(rooms::replace(&door.app, &by, &room, place).await?))
}

pub(crate) async fn remove(
    State(door): State<Door>,
    By(by): By,
    Path(room): Path<String>,
) -> Result<NoContent, Problem> {
    rooms::remove(&door.app, &by, &room).await?;
    Ok(NoContent)
}

pub(crate) async fn devices(
    State(door): State<Door>,
    By(by): By,
    Asked(query): Asked<DevicesQuery>,
) -> Result<Json<Page<Device>>, Problem> {
    let page = PageRequest {
        limit: query.limit,
        cursor: query.cursor,
    };
    let all = rooms::devices(&door.app, &by, query.world)?;
    Ok(Json(Page::of(all, &page, |device| device.id.clone())?))
}

pub(crate) async fn add_device(
    State(door): State<Door>,
    By(by): By,
    Body(device): Body<Device>,
) -> Result<Created<Json<Device>>, Problem> {
    let added = rooms::add_device(&door.app, &by, device).await?;
    Ok(Created(Json(added)))
}

pub(crate) async fn replace_device(
    State(door): State<Door>,
    By(by): By,
    Path(device): Path<String>,
    Body(change): Body<Device>,
) -> Result<Json<Device>, Problem> {
    let changed = rooms::replace_device(&door.app, &by, &device, change).await?;
    Ok(Json(changed))
}

pub(crate) async fn remove_device(
    State(door): State<Door>,
    By(by): By,
    Path(device): Path<String>,
) -> Result<NoContent, Problem> {
    rooms::remove_device(&door.app, &by, &device).await?;
    Ok(NoContent)
}

pub(crate) async fn export(
    State(door): State<Door>,
    By(by): By,
    Asked(query): Asked<ExportQuery>,
) -> Result<Json<PlacesExport>, Problem> {
    let export = rooms::export(&door.app, &by, query.format, query.world)?;
    Ok(Json(export))
}

pub(crate) async fn import(
    State(door): State<Door>,
    By(by): By,
    Body(request): Body<ImportRequest>,
) -> Result<Json<PlacesImport>, Problem> {
    Ok(Json(rooms::import(&door.app, &by, request).await?))
}
