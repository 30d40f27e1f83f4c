//! The directory of rooms and devices: what live calls find by whatever people call it, and what mock calls find.
//!
//! Live calls reach what is registered here; mock calls reach the simulated campus, whose rooms can be looked at and not
//! changed.

mod exchange;

pub use avops_tools::directory::{Device, Place, PlacesFormat};
pub use exchange::{ImportProblem, ImportRequest, PlacesExport, PlacesImport, export, import};

use avops_store::PlaceRow;
use avops_tools::FileProblem;
use avops_tools::directory::{PlaceKind, Places, PlacesFile, PlacesPlan, WhatChanges, plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::audit::{self, Deed};
use crate::names::{folded, nearest};
use crate::{Actor, App, Error, Permission};

/// Whose rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoomWorld {
    /// Those that are registered; live calls reach them.
    Live,
    /// Those of the simulated campus.
    Mock,
}

/// Which rooms are wanted. Everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct RoomFilter {
    /// Text in id, name, aliases, e-mail address or site of a room, or in those of a device in it.
    pub q: Option<String>,
    /// The site.
    pub site: Option<String>,
    /// Whose rooms; those that calls reach in the workspace's mode when absent.
    pub world: Option<RoomWorld>,
}

/// A room with its devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Room {
    /// What is registered of it.
    #[serde(flatten)]
    pub place: Place,
    /// Whose it is. One of the simulated campus cannot be changed.
    pub world: RoomWorld,
    /// The devices in it.
    pub devices: Vec<Device>,
}

/// Lists rooms by id.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn list(app: &App, by: &Actor, filter: &RoomFilter) -> Result<Vec<Room>, Error> {
    by.require(Permission::See)?;
    let (world, places) = places(app, filter.world);
    let wanted = filter.q.as_deref().map(folded).unwrap_or_default();
    let site = filter.site.as_deref().map(folded);
    let mut rooms: Vec<Room> = places
        .rooms
        .iter()
        .map(|place| room(place, &places, world))
        .filter(|room| {
            let at_site =
                |site: &String| room.place.site.as_deref().map(folded).as_ref() == Some(site);
            site.as_ref().is_none_or(at_site) && room.says(&wanted)
        })
        .collect();
    rooms.sort_by(|a, b| a.place.id.cmp(&b.place.id));
    Ok(rooms)
}

/// Gives a room by whatever it is called.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadInput`] when several are called so.
pub fn get(app: &App, by: &Actor, name: &str, world: Option<RoomWorld>) -> Result<Room, Error> {
    by.require(Permission::See)?;
    let (world, places) = places(app, world);
    let found = places
        .room(name)
        .map_err(|error| not_found(error, &places, name))?;
    Ok(room(found, &places, world))
}

/// Lists the devices by id, also those that are in no room.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn devices(app: &App, by: &Actor, world: Option<RoomWorld>) -> Result<Vec<Device>, Error> {
    by.require(Permission::See)?;
    let mut devices = places(app, world).1.devices.clone();
    devices.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(devices)
}

/// Registers a room.
///
/// # Errors
/// [`Error::Conflict`] when its id is taken; [`Error::BadInput`] when it does not hold together.
pub async fn add(app: &App, by: &Actor, place: Place) -> Result<Room, Error> {
    by.require(Permission::ManageTools)?;
    let id = place.id.clone();
    put(app, by, PlacesFile::of_room(place), Put::New).await?;
    get(app, by, &id, Some(RoomWorld::Live))
}

/// Puts another description in the place of a room's; its id stays.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadInput`] when it does not hold together, or has another id.
pub async fn replace(app: &App, by: &Actor, id: &str, place: Place) -> Result<Room, Error> {
    by.require(Permission::ManageTools)?;
    let before = get(app, by, id, Some(RoomWorld::Live))?.place.id;
    same_id(&before, &place.id)?;
    put(app, by, PlacesFile::of_room(place), Put::Changed).await?;
    get(app, by, &before, Some(RoomWorld::Live))
}

/// Takes a room out of the directory. Its runs stay.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] while devices are in it.
pub async fn remove(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    by.require(Permission::ManageTools)?;
    let room = get(app, by, id, Some(RoomWorld::Live))?;
    if !room.devices.is_empty() {
        let names: Vec<&str> = room
            .devices
            .iter()
            .map(|device| device.id.as_str())
            .collect();
        return Err(Error::Conflict {
            message: format!(
                "room {:?} still has devices: {}",
                room.place.id,
                names.join(", ")
            ),
            hint: Some(
                "remove them, or move them to another room, then remove the room".to_owned(),
            ),
        });
    }
    take(app, by, PlaceKind::Room, &room.place.id, &json!(room.place)).await
}

/// Registers a device.
///
/// # Errors
/// As [`add`].
pub async fn add_device(app: &App, by: &Actor, device: Device) -> Result<Device, Error> {
    by.require(Permission::ManageTools)?;
    put(app, by, PlacesFile::of_device(device.clone()), Put::New).await?;
    Ok(device)
}

/// Puts another description in the place of a device's; its id stays.
///
/// # Errors
/// As [`replace`].
pub async fn replace_device(
    app: &App,
    by: &Actor,
    id: &str,
    device: Device,
) -> Result<Device, Error> {
    by.require(Permission::ManageTools)?;
    same_id(&the_device(app, id)?.id, &device.id)?;
    put(app, by, PlacesFile::of_device(device.clone()), Put::Changed).await?;
    Ok(device)
}

/// Takes a device out of the directory.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn remove_device(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    by.require(Permission::ManageTools)?;
    let device = the_device(app, id)?;
    take(app, by, PlaceKind::Device, &device.id, &json!(device)).await
}

/// Registers what was kept, at the start.
pub(crate) async fn restore(app: &App) -> Result<(), Error> {
    let mut places = Places::default();
    for row in app.store.places().await? {
        let read = if row.kind == ROOM {
            serde_json::from_value(row.document).map(|room| places.rooms.push(room))
        } else {
            serde_json::from_value(row.document).map(|device| places.devices.push(device))
        };
        read.map_err(|error| {
            Error::Internal(format!("{} {} cannot be read: {error}", row.kind, row.id))
        })?;
    }
    app.tools.directory().replace(places);
    Ok(())
}

const ROOM: &str = "room";
const DEVICE: &str = "device";

fn word(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Room => ROOM,
        PlaceKind::Device => DEVICE,
    }
}

/// Whether something may be there before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    New,
    Changed,
}

async fn put(app: &App, by: &Actor, file: PlacesFile, how: Put) -> Result<(), Error> {
    let _turn = app.places_turn.lock().await;
    let now = app.tools.directory().places();
    let planned = plan(&now, file, false);
    if let [first, ..] = planned.problems.as_slice() {
        return Err(Error::BadInput {
            message: first.message.clone(),
            hint: first.help.clone(),
        });
    }
    let is_new = planned
        .changes
        .iter()
        .any(|change| change.what == WhatChanges::New);
    if how == Put::New && !is_new {
        return Err(Error::Conflict {
            message: "the id is taken".to_owned(),
            hint: Some("choose another id, or change the one that is there".to_owned()),
        });
    }
    carry_out(app, by, &now, planned).await
}

/// Keeps and uses what was planned. Whoever calls has the turn.
async fn carry_out(app: &App, by: &Actor, now: &Places, planned: PlacesPlan) -> Result<(), Error> {
    let (mut removed, mut kept) = (Vec::new(), Vec::new());
    for change in &planned.changes {
        let kind = word(change.kind);
        let before = document(now, change.kind, &change.id);
        if let Some((id, _)) = &before {
            removed.push((kind, id.clone()));
        }
        if let Some((id, document)) = document(&planned.after, change.kind, &change.id) {
            kept.push(PlaceRow {
                kind: kind.to_owned(),
                id,
                document,
            });
        }
    }
    let removed: Vec<(&str, &str)> = removed
        .iter()
        .map(|(kind, id)| (*kind, id.as_str()))
        .collect();
    app.store.change_places(&removed, &kept, app.now()).await?;
    app.tools.directory().replace(planned.after.clone());
    for change in &planned.changes {
        let what = match (change.kind, change.what) {
            (PlaceKind::Room, WhatChanges::New) => "room.add",
            (PlaceKind::Room, WhatChanges::Changed) => "room.change",
            (PlaceKind::Room, WhatChanges::Removed) => "room.remove",
            (PlaceKind::Device, WhatChanges::New) => "device.add",
            (PlaceKind::Device, WhatChanges::Changed) => "device.change",
            (PlaceKind::Device, WhatChanges::Removed) => "device.remove",
        };
        let mut deed = Deed::on(what, &change.id);
        if let Some((_, before)) = document(now, change.kind, &change.id) {
            deed = deed.before(&before);
        }
        if let Some((_, after)) = document(&planned.after, change.kind, &change.id) {
            deed = deed.after(&after);
        }
        audit::record(app, by, deed).await?;
    }
    Ok(())
}

/// A room or device by its id without case: the id as it is written, and all of it.
fn document(places: &Places, kind: PlaceKind, id: &str) -> Option<(String, Value)> {
    let wanted = folded(id);
    match kind {
        PlaceKind::Room => {
            let found = places
                .rooms
                .iter()
                .find(|room| folded(&room.id) == wanted)?;
            Some((found.id.clone(), json!(found)))
        }
        PlaceKind::Device => {
            let found = places
                .devices
                .iter()
                .find(|device| folded(&device.id) == wanted)?;
            Some((found.id.clone(), json!(found)))
        }
    }
}

async fn take(
    app: &App,
    by: &Actor,
    kind: PlaceKind,
    id: &str,
    before: &Value,
) -> Result<(), Error> {
    let _turn = app.places_turn.lock().await;
    let mut after = Places::clone(&app.tools.directory().places());
    match kind {
        PlaceKind::Room => after.rooms.retain(|room| room.id != id),
        PlaceKind::Device => after.devices.retain(|device| device.id != id),
    }
    app.store
        .change_places(&[(word(kind), id)], &[], app.now())
        .await?;
    app.tools.directory().replace(after);
    let what = match kind {
        PlaceKind::Room => "room.remove",
        PlaceKind::Device => "device.remove",
    };
    audit::record(app, by, Deed::on(what, id).before(before)).await
}

fn places(app: &App, world: Option<RoomWorld>) -> (RoomWorld, std::sync::Arc<Places>) {
    let present = if app.tools.mock() {
        RoomWorld::Mock
    } else {
        RoomWorld::Live
    };
    let world = world.unwrap_or(present);
    let places = match world {
        RoomWorld::Live => app.tools.directory().places(),
        RoomWorld::Mock => app.tools.campus().places(),
    };
    (world, places)
}

fn room(place: &Place, places: &Places, world: RoomWorld) -> Room {
    let inside = |device: &&Device| device.room.as_ref() == Some(&place.id);
    let mut devices: Vec<Device> = places.devices.iter().filter(inside).cloned().collect();
    devices.sort_by(|a, b| a.id.cmp(&b.id));
    Room {
        place: place.clone(),
        world,
        devices,
    }
}

impl Room {
    /// States whether a text is somewhere in what it is called.
    fn says(&self, wanted: &str) -> bool {
        let place = &self.place;
        let own = [&place.id, &place.name].into_iter();
        let own = own
            .chain(&place.aliases)
            .chain(&place.email)
            .chain(&place.site);
        let devices = self.devices.iter();
        let devices = devices.flat_map(|device| {
            [&device.id, &device.name]
                .into_iter()
                .chain(&device.aliases)
        });
        own.chain(devices).any(|text| folded(text).contains(wanted))
    }
}

fn same_id(before: &str, after: &str) -> Result<(), Error> {
    if before == after {
        return Ok(());
    }
    Err(Error::bad_input(
        format!("it has the id {before:?}, and {after:?} is another"),
        "an id stays; register another, and remove this one",
    ))
}

fn the_device(app: &App, id: &str) -> Result<Device, Error> {
    let places = app.tools.directory().places();
    let wanted = folded(id);
    let found = places
        .devices
        .iter()
        .find(|device| folded(&device.id) == wanted);
    found.cloned().ok_or_else(|| Error::NotFound {
        what: DEVICE,
        name: id.to_owned(),
        nearest: nearest(id, places.devices.iter().map(|device| device.id.as_str())),
    })
}

fn not_found(error: avops_tools::directory::NotFound, places: &Places, name: &str) -> Error {
    match error {
        avops_tools::directory::NotFound::Nothing { .. } => Error::NotFound {
            what: ROOM,
            name: name.to_owned(),
            nearest: nearest(name, places.rooms.iter().map(|room| room.name.as_str())),
        },
        several @ avops_tools::directory::NotFound::Several { .. } => {
            Error::bad_input(several.to_string(), "give the id")
        }
    }
}

/// What stands in the way of a file, as front doors show it.
fn shown(problem: FileProblem) -> ImportProblem {
    ImportProblem {
        message: problem.message,
        line: Some(problem.line).filter(|line| *line > 0),
        column: Some(problem.column).filter(|column| *column > 0),
        help: problem.help,
    }
}
