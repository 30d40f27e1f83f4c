//! Recipes find in the vocabulary what they name.

use avops_engine::Toolbox as _;
use avops_recipe::{Source, parse};

use crate::fixture::Fixture;

/// The smallest recipe, as the runbook gives it.
const SCAFFOLD: &str = r#"name: Zoom Room Admin Policy Check
description: Validate room policy and report status.
version: 1
intake:
  - ask: "Room email or display name?"
plan:
  - action: "lookup_zoom_room"
    with: { query: "{{intake.room}}" }
act:
  - action: "check_policy"
  - action: "report_status"
verify:
  - check: "zoom_room.status == 'online'"
  - notify: "slack:#avops Room {{intake.room}} verified"
guardrails:
  - timeout_s: 20
  - rollback: "slack:#avops 'policy check failed; rollback initiated'"
"#;

/// A recipe that repairs a room.
const HDMI_BLACK: &str = r##"name: Zoom Room — HDMI black
description: Restore HDMI content on a Zoom Room and prove that it works.
version: 2
changelog:
  - "2: restart only when no meeting is in progress"
owner: av-support
tags: [support, zoom]
risk: { level: medium, notes: "A restart drops a running meeting; the plan refuses it." }

intake:
  - ask: "Room email or display name?"        # binds intake.room
  - gather: channel                            # binds intake.channel
    default: "#avops"
plan:                                          # nothing here may change the outside world
  - action: zoom.lookup_zoom_room              # result: zoom_room
    with: { query: "{{ intake.room }}" }
  - check: "zoom_room.status != 'in_meeting'"
    message: "{{ zoom_room.name }} is in a meeting; not touching it"
  - approve: "Restart {{ zoom_room.name }}?"
    role: operator
    when: "zoom_room.status == 'online'"
act:
  - action: zoom.restart_zoom_room
    with: { room_id: "{{ zoom_room.id }}" }
    retry: { max: 2, backoff_s: 5 }
    timeout_s: 60
  - action: incident_ticketing.create
    with: { title: "HDMI black in {{ zoom_room.name }}" }
    as: incident
    undo:
      action: incident_ticketing.close
      with: { id: "{{ incident.id }}" }
verify:
  - action: zoom.lookup_zoom_room
    with: { query: "{{ intake.room }}" }
    until: "zoom_room.status == 'online'"      # poll
    every_s: 5
    timeout_s: 120
  - check: "zoom_room.status == 'online'"
  - notify: "slack:{{ intake.channel }} {{ zoom_room.name }} verified"
guardrails:
  timeout_minutes: 10
  lock: "room:{{ zoom_room.id }}"
  rollback_actions:
    - "slack:#avops 'HDMI recovery failed in {{ intake.room }}; rolled back'"
success_metrics:
  - { name: time_to_restore_s, value: "{{ run.elapsed_s }}", target: "<= 300" }
outputs:
  incident: "{{ incident.id }}"
"##;

#[tokio::test]
async fn recipes_are_valid_against_the_tools_that_ship_with_the_program() {
    let fixture = Fixture::mock();
    let vocabulary = fixture.registry.vocabulary();
    for text in [SCAFFOLD, HDMI_BLACK] {
        let parsed = parse(&Source::new("recipe.yaml", text), &vocabulary);
        assert!(parsed.is_valid(), "{:#?}", parsed.diagnostics);
    }
}

#[tokio::test]
async fn a_write_in_plan_and_a_wrong_argument_are_seen_before_a_run() {
    let fixture = Fixture::mock();
    let vocabulary = fixture.registry.vocabulary();
    for (from, to) in [
        (
            "action: \"lookup_zoom_room\"",
            "action: \"restart_zoom_room\"",
        ),
        ("with: { query:", "with: { qurey:"),
        ("action: \"check_policy\"", "action: \"check_polcy\""),
        ("zoom_room.status", "zom_room.status"),
    ] {
        let text = SCAFFOLD.replace(from, to);
        assert_ne!(text, SCAFFOLD, "{from}");
        let parsed = parse(&Source::new("recipe.yaml", &text), &vocabulary);
        assert!(!parsed.is_valid(), "{to}");
    }
}
