//! Zoom Rooms: the actions.

pub(crate) mod booking;
mod dashboard;
mod occasions;
mod policy;
mod report;
mod rooms;
mod session;
pub(crate) mod simulator;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Artifact, Clock, ToolCall, ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::arguments::read as arguments;
use crate::directory::Directory;
use crate::outbound::{Deadline, before_acting, set_json, set_query};
use crate::{Connector, Error, Manifest, Settings, Supplies};
use occasions::Kind;
use rooms::{Room, Rooms};
use session::{Credentials, MISSING_CREDENTIALS, Session};

/// What the connector says about itself.
pub(crate) const MANIFEST: &str = include_str!("manifest.yaml");

/// Longest wait for a health check's requests together.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The connector for one Zoom account.
pub(crate) struct Zoom {
    manifest: Manifest,
    session: Session,
    rooms: Rooms,
    has_credentials: bool,
    host: Option<String>,
    clock: Arc<dyn Clock>,
    directory: Arc<Directory>,
}

#[derive(Deserialize)]
struct Lookup {
    query: String,
}

#[derive(Deserialize)]
struct OneRoom {
    room_id: String,
}

#[derive(Deserialize)]
struct ListRooms {
    status: Option<String>,
}

#[derive(Deserialize)]
struct ReadSettings {
    room_id: String,
    setting_type: Option<String>,
}

#[derive(Deserialize)]
struct CheckPolicy {
    room_id: Option<String>,
    #[serde(default)]
    expect: Map<String, Value>,
}

#[derive(Deserialize)]
struct ReportStatus {
    room_id: Option<String>,
}

impl Zoom {
    pub(crate) fn new(supplies: &Supplies, settings: &Settings) -> Result<Self, Error> {
        let credentials = Credentials::of(settings);
        let clock = Arc::clone(&supplies.clock);
        Ok(Self {
            manifest: Manifest::builtin(MANIFEST)?,
            has_credentials: credentials.is_some(),
            host: settings.text("host").map(str::to_owned),
            session: Session::new(supplies, settings, credentials)?,
            rooms: Rooms::new(Arc::clone(&clock)),
            clock,
            directory: Arc::clone(&supplies.directory),
        })
    }

    /// The room that people call `wanted`: as the directory knows it, else as Zoom does.
    async fn room(&self, wanted: &str, deadline: Deadline) -> Result<Room, ToolError> {
        let called = self
            .directory
            .room_id_for("zoom", wanted)
            .map_err(|error| ToolError::Refused {
                message: format!("zoom: {error}"),
                hint: None,
            })?;
        self.rooms.find(&self.session, &called, deadline).await
    }

    async fn list(&self, args: ListRooms, deadline: Deadline) -> Result<Value, ToolError> {
        let mut rooms = self.rooms.all(&self.session, deadline).await?;
        if let Some(status) = args.status {
            rooms.retain(|room| room.status == status);
        }
        Ok(json!(rooms))
    }

    async fn status(&self, args: OneRoom, deadline: Deadline) -> Result<Value, ToolError> {
        let room = self.room(&args.room_id, deadline).await?;
        Ok(json!({
            "id": room.id,
            "name": room.name,
            "status": room.status,
            "in_meeting": room.status == "in_meeting",
            "health": room.health,
            "issues": room.issues,
        }))
    }

    async fn settings(&self, args: ReadSettings, deadline: Deadline) -> Result<Value, ToolError> {
        let room = self.room(&args.room_id, deadline).await?;
        self.settings_of(
            &room,
            args.setting_type.as_deref().unwrap_or("meeting"),
            deadline,
        )
        .await
    }

    async fn settings_of(
        &self,
        room: &Room,
        setting_type: &str,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let mut request = self
            .session
            .request(Method::GET, &["rooms", &room.id, "settings"]);
        set_query(&mut request, &[("setting_type", setting_type)]);
        self.session.read(request, deadline).await
    }

    async fn check_policy(
        &self,
        args: CheckPolicy,
        deadline: Deadline,
    ) -> Result<Value, ToolError> {
        let Some(room_id) = args.room_id else {
            let rooms = self.rooms.all(&self.session, deadline).await?;
            let verdicts: Vec<_> = rooms.iter().map(policy::check_room).collect();
            return Ok(policy::summary(&verdicts));
        };
        let room = self.room(&room_id, deadline).await?;
        let request = self
            .session
            .request(Method::GET, &["rooms", &room.id, "devices"]);
        let devices: wire::DevicesAnswer = self.session.read(request, deadline).await?;
        let mut verdict = policy::check_room(&room);
        policy::check_devices(&mut verdict, &devices.devices);
        if !args.expect.is_empty() {
            let settings = self.settings_of(&room, "meeting", deadline).await?;
            policy::check_settings(&mut verdict, &settings, &args.expect);
        }
        Ok(policy::summary(&[verdict]))
    }

    async fn report_status(
        &self,
        args: ReportStatus,
        deadline: Deadline,
    ) -> Result<ToolReply, ToolError> {
        let rooms = match args.room_id {
            Some(room_id) => vec![self.room(&room_id, deadline).await?],
            None => self.rooms.all(&self.session, deadline).await?,
        };
        let report = report::make(&rooms, self.clock.now());
        let artifact = Artifact {
            kind: "report".to_owned(),
            title: report.title.clone(),
            external_id: None,
            url: None,
            data: json!(report),
        };
        Ok(ToolReply {
            output: json!(report),
            artifacts: vec![artifact],
        })
    }

    async fn book(
        &self,
        kind: Kind,
        call: &ToolCall,
        deadline: Deadline,
    ) -> Result<ToolReply, ToolError> {
        let args: occasions::Create = arguments(call)?;
        let (host, key) = (self.host.as_deref(), &call.idempotency_key);
        occasions::create(&self.session, kind, &args, host, key, deadline).await
    }

    async fn restart(&self, args: OneRoom, deadline: Deadline) -> Result<Value, ToolError> {
        let room = self
            .room(&args.room_id, deadline)
            .await
            .map_err(before_acting)?;
        let mut request = self
            .session
            .request(Method::PATCH, &["rooms", &room.id, "events"]);
        set_json(
            &mut request,
            &wire::RoomEvent {
                method: "zoomroom.restart",
            },
        )?;
        let outcome = self.session.send(request, deadline).await;
        self.rooms.expect_change().await;
        outcome?;
        Ok(json!({ "room_id": room.id, "name": room.name, "queued": true }))
    }
}

#[async_trait]
impl Connector for Zoom {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Gets a token and reads one room: that proves the credentials and the room scope.
    async fn health(&self) -> Result<String, String> {
        if !self.has_credentials {
            return Err(format!("no credentials: {MISSING_CREDENTIALS}"));
        }
        let mut request = self.session.request(Method::GET, &["rooms"]);
        set_query(&mut request, &[("page_size", "1")]);
        let page: wire::RoomsPage = self
            .session
            .read(request, Deadline::after(HEALTH_TIMEOUT))
            .await
            .map_err(|e| e.to_string())?;
        Ok(match page.rooms.first() {
            Some(room) => format!("the account answers; first room: {}", room.name),
            None => "the account answers and has no rooms".to_owned(),
        })
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let deadline = Deadline::after(call.timeout);
        let output = match call.action.as_str() {
            "lookup_zoom_room" => {
                let args: Lookup = arguments(call)?;
                json!(self.room(&args.query, deadline).await?)
            }
            "list_rooms" => self.list(arguments(call)?, deadline).await?,
            "room_status" => self.status(arguments(call)?, deadline).await?,
            "room_settings" => self.settings(arguments(call)?, deadline).await?,
            "check_policy" => self.check_policy(arguments(call)?, deadline).await?,
            "report_status" => return self.report_status(arguments(call)?, deadline).await,
            "create_webinar" => return self.book(Kind::Webinar, call, deadline).await,
            "create_meeting" => return self.book(Kind::Meeting, call, deadline).await,
            "get_webinar" => {
                occasions::get(&self.session, Kind::Webinar, &arguments(call)?, deadline).await?
            }
            "get_meeting" => {
                occasions::get(&self.session, Kind::Meeting, &arguments(call)?, deadline).await?
            }
            "delete_webinar" => {
                occasions::delete(&self.session, Kind::Webinar, &arguments(call)?, deadline).await?
            }
            "delete_meeting" => {
                occasions::delete(&self.session, Kind::Meeting, &arguments(call)?, deadline).await?
            }
            "pre_event_check" => {
                let now = self.clock.now();
                occasions::pre_event_check(&self.session, &arguments(call)?, now, deadline).await?
            }
            "restart_zoom_room" => self.restart(arguments(call)?, deadline).await?,
            other => return Err(crate::no_such_action("zoom", other)),
        };
        Ok(ToolReply {
            output,
            artifacts: Vec::new(),
        })
    }
}
