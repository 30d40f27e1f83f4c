//! Inputs: given, defaulted, asked for, refused.

use avops_engine::{EngineError, RunStatus, Signal, WaitReason};
use serde_json::json;

use crate::world::World;

const ROOM: &str = r##"
intake:
  - ask: "Room email or display name?"
    as: room
  - gather: channel
    default: "#avops"
  - gather: seats
    type: integer
    required: false
plan:
  - action: lab.look
    with: { room: "{{ intake.room }}" }
act:
  - action: lab.put
    with: { room: "{{ intake.room }}", n: "{{ intake.seats }}" }
verify:
  - check: "intake.channel == '#avops'"
outputs:
  room: "{{ intake.room }}"
  found: "{{ plan.look.status if plan.look is defined else 'as given' }}"
"##;

#[tokio::test(start_paused = true)]
async fn given_values_are_typed_and_defaults_fill_the_rest() {
    let world = World::new();
    let state = world.run(ROOM, json!({"room": "204", "seats": "12"})).await;
    assert_eq!(state.status, RunStatus::Success);
    assert_eq!(
        serde_json::to_value(&state.inputs).unwrap(),
        json!({"room": "204", "seats": 12, "channel": "#avops"})
    );
    insta::assert_snapshot!(world.lines(state.id));
}

#[tokio::test(start_paused = true)]
async fn a_missing_input_parks_the_run_until_a_person_gives_it() {
    let world = World::new();
    let run = world.start(ROOM, json!({})).await;
    let waiting = world.settled(run).await;
    assert_eq!(waiting.status, RunStatus::Waiting);
    assert_eq!(waiting.waiting_for, Some(WaitReason::Input));
    let steps = world.journal.steps(run);
    let gate = steps.iter().find_map(|step| step.gate.as_ref()).unwrap();
    assert_eq!(
        gate.schema,
        Some(json!({
            "type": "object",
            "properties": {
                "room": {"type": "string", "title": "Room email or display name?"},
                "seats": {"type": "integer", "title": "seats"},
            },
            "required": ["room"],
            "additionalProperties": false,
        }))
    );
    let answer = |inputs: serde_json::Value| Signal::Answer {
        inputs: inputs.as_object().unwrap().clone(),
    };
    for (inputs, complaint) in [
        (json!({}), "still missing: room"),
        (
            json!({"rom": "204"}),
            "the recipe asks for no input rom; it asks for room, channel, seats",
        ),
        (json!({"room": 204}), "input room must be text, not 204"),
        (
            json!({"room": "204", "seats": "many"}),
            "input seats must be a whole number, not \"many\"",
        ),
    ] {
        let error = world.signal(run, answer(inputs)).await.unwrap_err();
        assert_eq!(error.to_string(), complaint);
        assert!(matches!(error, EngineError::Unfit { .. }));
    }
    world
        .signal(run, answer(json!({"room": "204"})))
        .await
        .unwrap();
    assert_eq!(world.settled(run).await.status, RunStatus::Success);
    insta::assert_snapshot!(world.lines(run));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_refused_before_a_run_exists() {
    let world = World::new();
    let choices = r#"
intake:
  - gather: level
    enum: [low, high]
  - gather: day
    type: date
    required: false
act:
  - action: lab.put
    with: { text: "{{ intake.level }}" }
verify:
  - check: "true"
"#;
    for (inputs, complaint) in [
        (
            json!({"level": "middling"}),
            "input level must be one of \"low\", \"high\", not \"middling\"",
        ),
        (
            json!({"level": "low", "day": "soon"}),
            "input day must be a date such as 2026-11-24, not \"soon\"",
        ),
        (
            json!({"colour": "red"}),
            "the recipe asks for no input colour; it asks for level, day",
        ),
    ] {
        let request = world.request(choices, inputs);
        let error = world.accept(request).await.unwrap_err();
        assert_eq!(error.to_string(), complaint);
    }
    assert!(world.journal.disk().runs.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_question_fails_the_run_at_its_deadline() {
    let world = World::new();
    let run = world
        .start("intake:\n  - gather: room\nact:\n  - action: lab.put\n    with: { room: \"{{ intake.room }}\" }\nverify:\n  - check: \"true\"\n", json!({}))
        .await;
    assert_eq!(world.settled(run).await.status, RunStatus::Waiting);
    tokio::time::sleep(std::time::Duration::from_hours(24 * 31)).await;
    assert_eq!(world.settled(run).await.status, RunStatus::Failed);
    insta::assert_snapshot!(world.lines(run));
}
