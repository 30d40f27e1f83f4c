//! The directory of rooms and devices, and the faults of the simulated campus.

use avops_app::campus::{self, FaultSwitch};
use avops_app::connectors;
use avops_app::rooms::{self, Device, ImportRequest, Place, PlacesFormat, RoomFilter, RoomWorld};
use avops_app::runs::{self, RunFilter};
use avops_app::settings::{self, SettingsChange};
use avops_app::{Error, PageRequest, Role, audit};
use avops_tools::campus::Befalls;
use serde_json::{Value, json};

use crate::world::{World, by_hand};

const LIVE: Option<RoomWorld> = Some(RoomWorld::Live);

const YAML: &str = r#"rooms:
  - id: "204"
    name: Huddle 204
    aliases: [the small one]
    email: h204@corp.example
    site: HQ
    time_zone: Europe/Paris
    ids: {zoom: zr-1}
  - id: aud
    name: Auditorium
devices:
  - {id: proj, name: Projector, room: aud, tool: pjlink, host: 10.20.0.9}
"#;

async fn import(
    world: &World,
    text: &str,
    whole: bool,
    dry_run: bool,
) -> Result<rooms::PlacesImport, Error> {
    let request = ImportRequest {
        format: if text.starts_with("kind") {
            PlacesFormat::Csv
        } else {
            PlacesFormat::Yaml
        },
        text: text.to_owned(),
        whole,
        dry_run,
    };
    rooms::import(&world.app, &world.owner, request).await
}

fn export(world: &World, format: PlacesFormat) -> String {
    rooms::export(&world.app, &world.owner, format, None)
        .unwrap()
        .text
}

fn told(outcome: &rooms::PlacesImport) -> Vec<String> {
    let changes = outcome.changes.iter();
    changes
        .map(|change| format!("{} {}", json!(change.what).as_str().unwrap(), change.id))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_goes_in_and_out_without_loss_and_outlives_a_restart() {
    let world = World::new().await;
    let seen = import(&world, YAML, false, true).await.unwrap();
    assert_eq!(told(&seen), ["new 204", "new aud", "new proj"]);
    assert!(
        !seen.done
            && rooms::list(
                &world.app,
                &world.owner,
                &RoomFilter {
                    world: LIVE,
                    ..RoomFilter::default()
                }
            )
            .unwrap()
            .is_empty()
    );
    assert!(import(&world, YAML, false, false).await.unwrap().done);
    let (yaml, csv) = (
        export(&world, PlacesFormat::Yaml),
        export(&world, PlacesFormat::Csv),
    );
    for text in [&yaml, &csv] {
        let again = import(&world, text, true, true).await.unwrap();
        assert_eq!(told(&again), [""; 0], "{text}");
        assert_eq!(again.unchanged, 3);
    }
    let world = world.restart().await;
    assert_eq!(export(&world, PlacesFormat::Yaml), yaml);
    let (app, owner) = (&world.app, &world.owner);
    for name in [
        "204",
        "huddle 204",
        "The small one",
        "H204@corp.example",
        "zr-1",
    ] {
        assert_eq!(
            rooms::get(app, owner, name, LIVE).unwrap().place.id,
            "204",
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_file_removes_what_it_does_not_have_and_says_so_before() {
    let world = World::new().await;
    import(&world, YAML, false, false).await.unwrap();
    let part = "kind,id,name,site\nroom,204,Huddle 204,Annex\nroom,300,Studio,Annex\n";
    let seen = import(&world, part, false, true).await.unwrap();
    assert_eq!(told(&seen), ["changed 204", "new 300"]);
    assert_eq!(
        seen.changes[0].fields,
        ["aliases", "email", "site", "time_zone", "ids"]
    );
    let done = import(&world, part, true, false).await.unwrap();
    assert_eq!(
        told(&done),
        ["changed 204", "removed aud", "new 300", "removed proj"]
    );
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let deeds: Vec<&str> = trail
        .items
        .iter()
        .take(4)
        .map(|line| line.what.as_str())
        .collect();
    assert_eq!(
        deeds,
        ["device.remove", "room.add", "room.remove", "room.change"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_a_file_is_pointed_at_and_nothing_is_done() {
    let world = World::new().await;
    import(&world, YAML, false, false).await.unwrap();
    let cases = [
        (
            "rooms:\n  - id: x\n    name: X\n    colour: red\n",
            (4, Some(5)),
            "colour",
        ),
        (
            "rooms:\n  - id: x\n    name: X\n    aliases: [Huddle 204]\n",
            (4, Some(14)),
            "`204`",
        ),
        (
            "rooms:\n  - id: x\n    name: X\n    email: H204@corp.example\n",
            (4, Some(12)),
            "email",
        ),
        (
            "rooms:\n  - id: x\n    name: X\n    time_zone: Mars/Base\n",
            (4, Some(16)),
            "Mars/Base",
        ),
        (
            "devices:\n  - {id: d, name: D, room: nowhere, tool: pjlink, host: h}\n",
            (2, Some(28)),
            "nowhere",
        ),
        (
            "devices:\n  - {id: d, name: D, tool: qsys, host: h}\n",
            (2, Some(28)),
            "qsys",
        ),
        (
            "devices:\n  - {id: d, name: D, tool: pjlink, host: 169.254.169.254}\n",
            (2, Some(42)),
            "169.254",
        ),
        (
            "kind,id,name,port\nroom,x,X,\ndevice,d,D,many\n",
            (3, Some(4)),
            "port",
        ),
        ("kind,id,nam\n", (1, Some(3)), "nam"),
        (
            "kind,id,name\nroom,x,=HYPERLINK()\n",
            (2, Some(3)),
            "formula",
        ),
        ("kind,id,name\nroom,x,X\nroom,X,Y\n", (3, Some(2)), "twice"),
    ];
    for (text, (line, column), says) in cases {
        let seen = import(&world, text, false, true).await.unwrap();
        let problem = seen.problems.first().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (problem.line, problem.column),
            (Some(line), column),
            "{text}\n{problem:?}"
        );
        assert!(problem.message.contains(says), "{problem:?}");
        let refused = import(&world, text, false, false).await.unwrap_err();
        assert!(
            refused.to_string().contains(&format!("line {line}")),
            "{refused}"
        );
    }
    assert_eq!(import(&world, YAML, true, true).await.unwrap().changes, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_registered_changed_and_removed_one_by_one() {
    let world = World::new().await;
    let (app, owner) = (&world.app, &world.owner);
    let place = Place {
        id: "b4".to_owned(),
        name: "Boardroom 4".to_owned(),
        ..Place::default()
    };
    let author = World::actor(Role::Author, false);
    assert!(matches!(
        rooms::add(app, &author, place.clone()).await,
        Err(Error::NotAllowed { .. })
    ));
    rooms::add(app, owner, place.clone()).await.unwrap();
    assert!(matches!(
        rooms::add(app, owner, place.clone()).await,
        Err(Error::Conflict { .. })
    ));
    let device = Device {
        id: "core".to_owned(),
        name: "Core".to_owned(),
        room: Some("b4".to_owned()),
        tool: "qsys_control".to_owned(),
        host: "10.20.0.7".to_owned(),
        ..Device::default()
    };
    rooms::add_device(app, owner, device.clone()).await.unwrap();
    let named = Place {
        email: Some("b4@corp.example".to_owned()),
        ..place
    };
    let room = rooms::replace(app, owner, "Boardroom 4", named)
        .await
        .unwrap();
    assert_eq!(
        (room.place.email.as_deref(), room.devices.len()),
        (Some("b4@corp.example"), 1)
    );
    let kept = rooms::remove(app, owner, "b4").await.unwrap_err();
    assert!(kept.to_string().contains("core"), "{kept}");
    let moved = Device {
        room: None,
        host: "10.20.0.8".to_owned(),
        ..device
    };
    rooms::replace_device(app, owner, "CORE", moved)
        .await
        .unwrap();
    rooms::remove(app, owner, "b4").await.unwrap();
    rooms::remove_device(app, owner, "core").await.unwrap();
    assert_eq!(rooms::devices(app, owner, LIVE).unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_found_by_every_name_in_mock_mode_and_so_are_its_runs() {
    let world = World::seeded().await;
    let (app, owner) = (&world.app, &world.owner);
    for name in ["zr-hq-204", "Huddle 204", "huddle204@corp.example"] {
        let args = json!({ "query": name });
        let reply = connectors::call(app, owner, "zoom", "lookup_zoom_room", args, by_hand())
            .await
            .unwrap();
        assert_eq!(reply.result["id"], json!("zr-hq-204"), "{name}: {reply:?}");
        assert_eq!(
            rooms::get(app, owner, name, None).unwrap().world,
            RoomWorld::Mock
        );
    }
    let found = |room: &str| RunFilter {
        room: Some(room.to_owned()),
        ..RunFilter::default()
    };
    let page = PageRequest::default();
    let before = runs::list(app, owner, &found("Huddle 204"), &page)
        .await
        .unwrap()
        .items
        .len();
    world
        .run(
            "support",
            "Zoom Room HDMI Black",
            json!({ "room": "huddle204@corp.example" }),
        )
        .await;
    let after = runs::list(app, owner, &found("zr-hq-204"), &page)
        .await
        .unwrap()
        .items;
    assert_eq!(after.len(), before + 1);
    let other = runs::list(app, owner, &found("Boardroom 4"), &page)
        .await
        .unwrap()
        .items;
    assert!(
        other
            .iter()
            .all(|run| !after.iter().any(|of| of.id == run.id))
    );
}

async fn switch(
    world: &World,
    befalls: Befalls,
    id: &str,
    fault: &str,
    on: bool,
) -> Result<campus::CampusState, Error> {
    let asked = FaultSwitch {
        befalls,
        id: id.to_owned(),
        fault: fault.to_owned(),
        on,
    };
    campus::switch(&world.app, &world.owner, asked).await
}

fn on(state: &campus::CampusState, id: &str) -> Vec<String> {
    let thing = state.things.iter().find(|thing| thing.id == id).unwrap();
    let on = thing.faults.iter().filter(|fault| fault.on);
    on.map(|fault| fault.fault.clone()).collect()
}

async fn status(world: &World) -> Value {
    let args = json!({ "room_id": "Boardroom 4" });
    connectors::call(
        &world.app,
        &world.owner,
        "zoom",
        "room_status",
        args,
        by_hand(),
    )
    .await
    .unwrap()
    .result
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_happens_while_it_is_on_and_is_written_down() {
    let world = World::seeded().await;
    let state = switch(&world, Befalls::Room, "Boardroom 4", "hdmi_black", true)
        .await
        .unwrap();
    assert_eq!(on(&state, "zr-hq-boardroom-4"), ["hdmi_black"]);
    assert!(status(&world).await["issues"].to_string().contains("black"));
    let state = switch(&world, Befalls::Room, "Boardroom 4", "in_meeting", true)
        .await
        .unwrap();
    assert_eq!(
        on(&state, "zr-hq-boardroom-4"),
        ["hdmi_black", "in_meeting"]
    );
    assert_eq!(status(&world).await["in_meeting"], json!(true));

    switch(
        &world,
        Befalls::Vendor,
        "slack",
        "refuses_credentials",
        true,
    )
    .await
    .unwrap();
    let text = json!({ "channel": "#avops", "text": "hello" });
    let reply = connectors::call(
        &world.app,
        &world.owner,
        "slack",
        "post_message",
        text,
        by_hand(),
    )
    .await
    .unwrap();
    assert!(!reply.ok, "{reply:?}");

    let device = campus::look(&world.app, &world.owner).unwrap().things;
    let device = device
        .into_iter()
        .find(|thing| thing.befalls == Befalls::Device)
        .unwrap()
        .id;
    let state = switch(&world, Befalls::Device, &device, "drops_line", true)
        .await
        .unwrap();
    assert_eq!(on(&state, &device), ["drops_line"]);

    let state = campus::mend(&world.app, &world.owner).await.unwrap();
    assert!(
        state
            .things
            .iter()
            .all(|thing| thing.faults.iter().all(|fault| !fault.on)),
        "{state:?}"
    );
    assert_eq!(status(&world).await["status"], json!("online"));

    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let deeds: Vec<&str> = trail.items.iter().map(|line| line.what.as_str()).collect();
    assert!(
        deeds.contains(&"campus.fault.on") && deeds.contains(&"campus.mend"),
        "{deeds:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_switched_that_is_not_there_or_while_calls_are_live() {
    let world = World::new().await;
    let wrong = switch(&world, Befalls::Room, "Attic", "offline", true).await;
    assert!(matches!(wrong, Err(Error::NotFound { .. })), "{wrong:?}");
    let wrong = switch(&world, Befalls::Room, "Boardroom 4", "drops_line", true)
        .await
        .unwrap_err();
    assert!(wrong.to_string().contains("hdmi_black"), "{wrong}");
    let viewer = World::actor(Role::Viewer, false);
    assert!(matches!(
        campus::mend(&world.app, &viewer).await,
        Err(Error::NotAllowed { .. })
    ));
    let live = SettingsChange {
        mock: Some(false),
        ..SettingsChange::default()
    };
    settings::change(&world.app, &world.owner, live)
        .await
        .unwrap();
    let refused = switch(&world, Befalls::Room, "Boardroom 4", "offline", true).await;
    assert!(
        matches!(refused, Err(Error::Conflict { .. })),
        "{refused:?}"
    );
    assert!(!campus::look(&world.app, &world.owner).unwrap().in_use);
}
