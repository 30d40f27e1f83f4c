//! The simulated campus: the vendors in miniature on one loopback port, sharing one world.

mod alerts;
mod control;
mod fault;
mod outside;
mod script;
mod server;
mod switches;
mod world;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use avops_engine::Clock;
use axum::Router;
use jiff::Timestamp;
use serde_json::Value;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::calendar_scheduler::{self, EventStore};
use crate::devices;
use crate::directory::{Device, Directory, Place, Places};
use crate::incident_ticketing::Ticket;
use crate::{
    Error, Secret, Settings, extron, github, google_drive, incident_ticketing, outbound, pjlink,
    qsys, search, servicenow, slack, zoom,
};
use alerts::Alerts;
pub use fault::{Fault, FaultKind};
pub use script::{
    AfterRestart, BaseStatus, RoomFault, Script, ScriptChannel, ScriptDevice, ScriptGitHub,
    ScriptGoogleDrive, ScriptMeeting, ScriptPage, ScriptRepository, ScriptRoom, ScriptServiceNow,
    ScriptSite, ScriptSlack, ScriptZoom,
};
pub use switches::{Befalls, CampusThing, NotSwitched, SwitchedFault};
pub use world::{Message, OutsideCall, Restart};
pub(crate) use world::{Room, Status, World};

/// Where the devices of mock calls come from, for people.
const ORIGIN: &str = "mock calls reach the devices of the simulated campus: a device of yours answers live calls, or put one like it under `devices:` in a campus script of your own";

/// A running campus. It stops when this is dropped.
pub struct Campus {
    address: SocketAddr,
    shared: Shared,
    directory: Arc<Directory>,
    _running: DropGuard,
}

/// What the simulators share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Shared {
    world: Arc<Mutex<World>>,
    clock: Arc<dyn Clock>,
    alerts: Arc<Alerts>,
}

/// Marks an answer that is a closed connection instead.
#[derive(Clone, Copy)]
struct Cut;

impl Shared {
    /// The world, for as long as the guard lives. Never held across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The first scripted fault for a path, counted down.
    pub(crate) fn fault_for(&self, path: &str) -> Option<Fault> {
        fault::take(self, path)
    }

    /// Changes a room, and posts the alerts that this raises or clears. Gives whether there is such a room.
    fn change_room(&self, id: &str, change: impl FnOnce(&mut Room, Timestamp)) -> bool {
        let now = self.now();
        let bodies = {
            let mut world = self.world();
            let Some(room) = world.rooms.get_mut(id) else {
                return false;
            };
            let before = room.issues(now);
            change(room, now);
            alerts::bodies(room, &before, &room.issues(now), now.as_millisecond())
        };
        self.alerts.post(self, &bodies);
        true
    }

    pub(crate) async fn sleep(&self, time: Duration) {
        if !time.is_zero() {
            self.clock.sleep(time).await;
        }
    }
}

impl Campus {
    /// Starts the vendors of a script on a free loopback port; `client` carries the alerts of the simulated Zoom. Must be
    /// called inside a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Io`] when no loopback port is to be had.
    pub(crate) fn start(
        script: Script,
        clock: Arc<dyn Clock>,
        client: reqwest::Client,
    ) -> Result<Self, Error> {
        let (rooms, devices) = (places(&script), script.devices.clone());
        let stop = CancellationToken::new();
        let shared = Shared {
            world: Arc::new(Mutex::new(World::new(script, clock.now()))),
            clock,
            alerts: Arc::new(Alerts::new(client, stop.clone())),
        };
        let router = Router::new()
            .nest("/zoom", zoom::simulator::routes(&shared))
            .nest("/slack", slack::simulator::routes(&shared))
            .nest("/servicenow", servicenow::simulator::routes(&shared))
            .nest("/github", github::simulator::routes(&shared))
            .nest("/search", search::simulator::providers())
            .nest("/pages", search::simulator::pages())
            .nest("/google_drive", google_drive::simulator::routes(&shared))
            .nest(
                "/google_calendar",
                calendar_scheduler::simulator::google_routes(&shared),
            )
            .nest(
                "/microsoft",
                calendar_scheduler::simulator::microsoft_routes(&shared),
            )
            .nest("/tickets", incident_ticketing::simulator::routes())
            .nest("/outside", outside::routes())
            .layer(axum::middleware::from_fn_with_state(
                shared.clone(),
                fault::befall,
            ))
            // The control paths have no faults: they are how faults are taken away again.
            .nest("/campus", control::routes())
            .with_state(shared.clone());
        let address = server::start(
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            router,
            stop.clone(),
        )?;
        let devices = devices
            .iter()
            .map(|device| devices::simulator::start(device, &shared, &stop))
            .collect::<Result<Vec<Device>, Error>>()?;
        let directory = Directory::new(Places { rooms, devices }).from(ORIGIN);
        tracing::info!(%address, "the simulated campus listens");
        Ok(Self {
            address,
            shared,
            directory: Arc::new(directory),
            _running: stop.drop_guard(),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The whole world as it is now: rooms, devices, messages, restarts, records, bookings, tickets.
    pub fn state(&self) -> Value {
        control::shown(&self.shared)
    }

    /// The id of a room that is called so: by id, display name or address, without case.
    pub fn room_id(&self, asked: &str) -> Option<String> {
        let world = self.shared.world();
        let is_it = |room: &&Room| {
            [&room.id, &room.name, &room.email]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(asked.trim()))
        };
        world.rooms.values().find(is_it).map(|room| room.id.clone())
    }

    /// The messages posted, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.shared.world().slack.messages.iter().cloned().collect()
    }

    /// The webinars and meetings that are booked, as the vendor shows them.
    pub fn bookings(&self) -> Vec<Value> {
        self.shared.world().zoom.bookings.all()
    }

    /// The records of a ServiceNow table, oldest first.
    pub fn servicenow(&self, table: &str) -> Vec<Value> {
        self.shared.world().servicenow.records(table)
    }

    /// What was written to journals of ServiceNow records, oldest first: `sys_id`, field, text.
    pub fn servicenow_journal(&self) -> Vec<(String, String, String)> {
        self.shared.world().servicenow.journal().to_vec()
    }

    /// The simulated devices as a directory has them, each with its port on loopback.
    pub fn devices(&self) -> Vec<Device> {
        self.directory.places().devices.clone()
    }

    /// The rooms and devices of the campus.
    pub fn places(&self) -> Arc<Places> {
        self.directory.places()
    }

    /// Puts a room into the campus's directory that is nowhere on the campus: what vendors do not know of can be played.
    pub fn register(&self, place: Place) {
        let mut places = Places::clone(&self.directory.places());
        places.rooms.push(place);
        self.directory.replace(places);
    }

    /// How a simulated device is; `None` when there is no such device.
    pub fn device(&self, id: &str) -> Option<Value> {
        let now = self.shared.now();
        self.shared.world().devices.show(id, now)
    }

    /// The commands that reached a simulated device, oldest first.
    pub fn device_commands(&self, id: &str) -> Vec<String> {
        self.shared.world().devices.commands(id)
    }

    /// The restarts carried out, oldest first.
    pub fn restarts(&self) -> Vec<Restart> {
        self.shared.world().restarts.clone()
    }

    /// The tickets, oldest first.
    pub fn tickets(&self) -> Vec<Ticket> {
        self.shared.world().tickets.tickets().cloned().collect()
    }

    /// The calls of simulated outside connectors, oldest first.
    pub fn outside_calls(&self) -> Vec<OutsideCall> {
        self.shared.world().outside_calls.iter().cloned().collect()
    }

    /// Adds a fault of a vendor, behind those there are.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.world().faults.push(fault);
    }

    /// Takes all faults of vendors away.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Gives a room a fault, or takes it away. Gives whether there is such a room.
    pub fn set_room_fault(&self, room: &str, fault: Option<RoomFault>) -> bool {
        self.shared
            .change_room(room, |room, _| room.set_fault(fault))
    }

    /// Sets how a room is. Gives whether there is such a room.
    pub fn set_room_status(&self, room: &str, status: BaseStatus) -> bool {
        self.shared
            .change_room(room, |room, _| room.set_base(status))
    }

    /// Begins a meeting in a room, or ends the present one. Gives whether there is such a room.
    pub fn set_meeting(&self, room: &str, on: bool) -> bool {
        self.shared
            .change_room(room, |room, now| room.set_meeting(on, now))
    }

    /// These addresses hear of the simulated Zoom's alerts from now on, and no others.
    pub fn subscribe(&self, addresses: Vec<String>) {
        self.shared.alerts.subscribe(addresses);
    }

    /// The token by which the simulated Zoom signs its alerts. It is made anew with each campus.
    pub fn zoom_secret_token(&self) -> &Secret {
        self.shared.alerts.token()
    }

    /// What the simulators share.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The rooms of the campus, for connectors that are in it.
    pub(crate) fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// How the Zoom connector reaches the campus.
    pub(crate) fn zoom_settings(&self) -> Settings {
        Settings::of([
            ("api_url", format!("http://{}/zoom/v2", self.address)),
            (
                "oauth_url",
                format!("http://{}/zoom/oauth/token", self.address),
            ),
            ("account_id", zoom::simulator::ACCOUNT_ID.to_owned()),
            ("client_id", zoom::simulator::CLIENT_ID.to_owned()),
            ("client_secret", zoom::simulator::CLIENT_SECRET.to_owned()),
            ("host", "events@corp.example".to_owned()),
        ])
    }

    /// How the Slack connector reaches the campus.
    pub(crate) fn slack_settings(&self) -> Settings {
        Settings::of([
            ("url", format!("http://{}/slack", self.address)),
            ("token", slack::simulator::TOKEN.to_owned()),
        ])
    }

    /// How the ServiceNow connector reaches the campus.
    pub(crate) fn servicenow_settings(&self) -> Settings {
        Settings::of([
            ("url", format!("http://{}/servicenow", self.address)),
            ("username", servicenow::simulator::USER.to_owned()),
            ("password", servicenow::simulator::PASSWORD.to_owned()),
        ])
    }

    /// How the search connector reaches the campus's provider, and the sites that it may read.
    pub(crate) fn search_settings(&self) -> Settings {
        Settings::of([
            ("provider", "brave".to_owned()),
            ("url", format!("http://{}/search/brave", self.address)),
            ("key", search::simulator::KEY.to_owned()),
            ("allowed_domains", self.shared.world().web.domains()),
        ])
    }

    /// Below which address the sites of the campus are, by the names of their hosts.
    pub(crate) fn pages_url(&self) -> Result<url::Url, Error> {
        let base = format!("http://{}/pages", self.address);
        outbound::base_url(&base, outbound::Reach::Registered)
    }

    /// How the PJLink connector opens the projectors of the campus.
    pub(crate) fn pjlink_settings(&self) -> Settings {
        Settings::of(self.shared.world().devices.credentials(pjlink::TOOL))
    }

    /// How the Extron connector logs in to the switchers of the campus.
    pub(crate) fn extron_settings(&self) -> Settings {
        Settings::of(self.shared.world().devices.credentials(extron::TOOL))
    }

    /// How the Q-SYS connector logs on to the cores of the campus.
    pub(crate) fn qsys_settings(&self) -> Settings {
        Settings::of(self.shared.world().devices.credentials(qsys::TOOL))
    }

    /// The events of the campus's rooms.
    pub(crate) fn events(&self) -> Arc<dyn EventStore> {
        Arc::new(self.shared.clone())
    }

    /// Where the campus's ticket service is.
    pub(crate) fn tickets_url(&self) -> String {
        format!("http://{}/tickets", self.address)
    }

    /// Sets what the simulator of an outside HTTP connector answers, by action.
    pub(crate) fn set_examples(&self, tool: &str, examples: HashMap<String, Value>) {
        let mut world = self.shared.world();
        world.examples.insert(tool.to_owned(), examples);
    }

    /// Where the simulator of an outside HTTP connector is.
    pub(crate) fn outside_tool_url(&self, tool: &str) -> String {
        format!("http://{}/outside/{tool}", self.address)
    }
}

/// The rooms of a script as the directory knows them. Zoom calls them by the same ids.
fn places(script: &Script) -> Vec<Place> {
    let place = |room: &ScriptRoom| Place {
        id: room.id.clone(),
        name: room.name.clone(),
        email: Some(room.email.clone()),
        site: room.site.clone(),
        ids: [("zoom".to_owned(), room.id.clone())].into(),
        ..Place::default()
    };
    script.rooms.iter().map(place).collect()
}
