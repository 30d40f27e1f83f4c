//! The folder of connectors: what is dropped into it is a tool, and what is not well says where.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use avops_app::connectors::folder::{
    self, ConnectorFileApproval, ConnectorFileView, FileStanding, approve_file, list_files,
};
use avops_app::connectors::{self, NewTool};
use avops_app::{Error, PageRequest, Role, audit};
use avops_recipe::Effect;
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::world::World;

const LAMP: &str =
    "kind: http\nname: lamp\nbase_url: http://127.0.0.1:9\nactions:\n  look: {effect: read}\n";

/// An installation whose folder is watched.
struct Watched {
    world: World,
    folder: PathBuf,
    stop: DropGuard,
    watching: JoinHandle<()>,
}

impl Watched {
    async fn new() -> Self {
        let world = World::new().await;
        let folder = world.tools.data_dir().join("connectors");
        fs::create_dir(&folder).unwrap();
        let stop = CancellationToken::new();
        let watching = tokio::spawn(folder::serve(world.app.clone(), stop.clone()));
        Self {
            world,
            folder,
            stop: stop.drop_guard(),
            watching,
        }
    }

    /// The same installation after a stop and a start, with nobody who looks at the folder again.
    async fn restart(self) -> World {
        drop(self.stop);
        self.watching.await.unwrap();
        self.world.restart().await
    }

    fn drop_in(&self, file: &str, text: &str) {
        fs::write(self.folder.join(file), text).unwrap();
    }

    fn files(&self) -> Vec<ConnectorFileView> {
        list_files(&self.world.app, &self.world.owner).unwrap()
    }

    /// Turns the clock until the files are as wanted.
    async fn until(&self, wanted: impl Fn(&[ConnectorFileView]) -> bool) -> Vec<ConnectorFileView> {
        let turning = async {
            loop {
                let files = self.files();
                if wanted(&files) {
                    return files;
                }
                self.world.clock.advance(SignedDuration::from_secs(2));
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let turned = tokio::time::timeout(Duration::from_mins(1), turning).await;
        turned.unwrap_or_else(|_| panic!("it never came to that: {:?}", self.files()))
    }

    async fn until_standing(&self, file: &str, standing: FileStanding) -> ConnectorFileView {
        let is = |view: &ConnectorFileView| view.file == file && view.standing == standing;
        let files = self.until(|files| files.iter().any(is)).await;
        files.into_iter().find(is).unwrap()
    }

    async fn deeds(&self) -> Vec<String> {
        let page = PageRequest::default();
        let lines = audit::list(&self.world.app, &self.world.owner, &page)
            .await
            .unwrap();
        let of_files = lines
            .items
            .into_iter()
            .filter(|line| line.what.starts_with("tool.file"));
        of_files
            .map(|line| format!("{} {} by {}", line.what, line.object, line.who))
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_a_tool_as_long_as_it_is_there_and_as_it_says() {
    let watched = Watched::new().await;
    let (app, owner) = (&watched.world.app, &watched.world.owner);
    watched.drop_in("lamp.yaml", LAMP);
    watched
        .until_standing("lamp.yaml", FileStanding::Active)
        .await;
    let tool = connectors::get(app, owner, "lamp").await.unwrap();
    assert_eq!(tool.file.as_deref(), Some("lamp.yaml"));
    assert_eq!(tool.actions[0].spec.effect, Effect::Read);

    watched.drop_in("lamp.yaml", &LAMP.replace("read", "destructive"));
    let turning = async {
        while connectors::get(app, owner, "lamp").await.unwrap().actions[0]
            .spec
            .effect
            == Effect::Read
        {
            watched.world.clock.advance(SignedDuration::from_secs(2));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), turning)
        .await
        .unwrap();

    let refused = connectors::remove(app, owner, "lamp").await.unwrap_err();
    assert!(
        refused.to_string().contains("connectors/lamp.yaml"),
        "{refused}"
    );

    fs::remove_file(watched.folder.join("lamp.yaml")).unwrap();
    watched.until(<[_]>::is_empty).await;
    let gone = connectors::get(app, owner, "lamp").await.unwrap_err();
    assert!(matches!(gone, Error::NotFound { .. }), "{gone}");
    assert_eq!(
        watched.deeds().await,
        [
            "tool.file.remove lamp by connectors folder",
            "tool.file.change lamp by connectors folder",
            "tool.file.add lamp by connectors folder"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_file_has_its_line_and_column() {
    let watched = Watched::new().await;
    watched.drop_in(
        "lamp.yml",
        "kind: http\nname: lamp\nbase_url: ftp://127.0.0.1\n",
    );
    let file = watched
        .until_standing("lamp.yml", FileStanding::Refused)
        .await;
    let problem = file.problem.unwrap();
    assert_eq!(
        (problem.line, problem.column),
        (Some(3), Some(11)),
        "{problem:?}"
    );
    assert!(problem.help.is_some());
    // It is mended, and works.
    watched.drop_in("lamp.yml", LAMP);
    watched
        .until_standing("lamp.yml", FileStanding::Active)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ships_and_what_was_added_goes_before_a_file() {
    let watched = Watched::new().await;
    let (app, owner) = (&watched.world.app, &watched.world.owner);
    watched.drop_in("zoom.yaml", &LAMP.replace("lamp", "zoom"));
    let file = watched
        .until_standing("zoom.yaml", FileStanding::Refused)
        .await;
    assert!(
        file.problem
            .unwrap()
            .message
            .contains("ships with the program")
    );

    let added: NewTool = serde_json::from_value(json!({
        "kind": "http", "name": "lamp", "base_url": "http://127.0.0.1:9", "actions": {"glow": {}},
    }))
    .unwrap();
    connectors::add(app, owner, added).await.unwrap();
    watched.drop_in("lamp.yaml", LAMP);
    watched.drop_in("other.yaml", LAMP);
    let file = watched
        .until_standing("lamp.yaml", FileStanding::Refused)
        .await;
    assert!(file.problem.unwrap().message.contains("was added"));
    let tool = connectors::get(app, owner, "lamp").await.unwrap();
    assert_eq!(tool.actions[0].spec.name, "glow");

    // The name is free: the file takes it, the second of two does not.
    connectors::remove(app, owner, "lamp").await.unwrap();
    let file = watched
        .until_standing("other.yaml", FileStanding::Refused)
        .await;
    assert!(file.problem.unwrap().message.contains("lamp.yaml"));
    let tool = connectors::get(app, owner, "lamp").await.unwrap();
    assert_eq!(tool.actions[0].spec.name, "look");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_program_is_started_before_somebody_approved_how() {
    let watched = Watched::new().await;
    let (app, owner) = (&watched.world.app, &watched.world.owner);
    let trace = watched.folder.join("started");
    let text = |argument: &str| {
        format!(
            "kind: mcp\nname: notes\nin_mock: call\ntransport:\n  command: /bin/sh\n  args: [-c, \"touch {}; {argument}\"]\n",
            trace.display()
        )
    };
    watched.drop_in("notes.yaml", &text("sleep 1"));
    let file = watched
        .until_standing("notes.yaml", FileStanding::Waiting)
        .await;
    assert!(
        connectors::get(app, owner, "notes").await.is_err(),
        "it is no tool yet"
    );
    assert!(connectors::look(app, owner, "notes").await.is_err());
    assert!(!trace.exists(), "nothing was started");

    let viewer = World::actor(Role::Viewer, false);
    let shown = list_files(app, &viewer).unwrap();
    assert!(shown[0].transport.is_none() && shown[0].hash.is_none());
    let hash = file.hash.unwrap();
    let approval = |hash: &str| ConnectorFileApproval {
        hash: hash.to_owned(),
    };
    let refused = approve_file(app, &viewer, "notes.yaml", approval(&hash)).await;
    assert!(
        matches!(refused, Err(Error::NotAllowed { .. })),
        "{refused:?}"
    );

    // What was looked at is what is approved, and nothing else.
    watched.drop_in("notes.yaml", &text("exit 3"));
    let refused = approve_file(app, owner, "notes.yaml", approval(&hash)).await;
    assert!(
        matches!(refused, Err(Error::Conflict { .. })),
        "{refused:?}"
    );
    let hash = watched.files()[0].hash.clone().unwrap();
    let files = approve_file(app, owner, "notes.yaml", approval(&hash))
        .await
        .unwrap();
    assert_eq!(files[0].standing, FileStanding::Active);
    assert!(
        connectors::get(app, owner, "notes")
            .await
            .unwrap()
            .mcp
            .is_some()
    );

    // Another command waits again; the approval of the old one outlives a restart.
    watched.drop_in("notes.yaml", &text("exit 4"));
    watched
        .until_standing("notes.yaml", FileStanding::Waiting)
        .await;
    assert!(connectors::get(app, owner, "notes").await.is_err());
    watched.drop_in("notes.yaml", &text("exit 3"));
    let world = watched.restart().await;
    let files = list_files(&world.app, &world.owner).unwrap();
    assert_eq!(files[0].standing, FileStanding::Active, "{files:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_anybody_may_write_is_not_read() {
    let watched = Watched::new().await;
    watched.drop_in("lamp.yaml", LAMP);
    watched
        .until_standing("lamp.yaml", FileStanding::Active)
        .await;
    let path = watched.folder.join("lamp.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let file = watched
        .until_standing("lamp.yaml", FileStanding::Refused)
        .await;
    assert_eq!(
        file.problem.unwrap().help.as_deref(),
        Some("chmod o-w connectors/lamp.yaml")
    );
    let app = &watched.world.app;
    assert!(
        connectors::get(app, &watched.world.owner, "lamp")
            .await
            .is_err()
    );
}
