//! Runs that run another run again: what they reuse, what they do again, and what they refuse.

use std::collections::BTreeMap;

use avops_engine::{
    Again, AgainAnswer, AgainFrom, Engine, EngineError, Mode, NewRun, Resolution, RunId, RunPhase,
    RunState, RunStatus, Signal, StepFate, StepState, StepStatus, WaitReason,
};
use serde_json::{Value, json};

use crate::world::{Answer, World};

const THREE: &str = "plan:\n  - action: lab.look\n    with: { room: x }\n    as: seen\nact:\n  - action: lab.poke\n    as: poked\n  - action: lab.put\n    with: { id: \"{{ poked.id }}\" }\n  - action: lab.tag\nverify:\n  - action: lab.look\n    with: { room: x }\n    as: now\n  - check: \"now.status == 'online'\"\noutputs:\n  id: \"{{ poked.id }}\"\n";

fn request(world: &World, of: RunId, yaml: &str, from: &str, inputs: Value) -> NewRun {
    NewRun {
        again: Some(Again {
            of,
            from: AgainFrom::from(from.to_owned()),
            answers: BTreeMap::new(),
        }),
        ..world.request(yaml, inputs)
    }
}

fn answered(mut run: NewRun, step: &str, resolution: Resolution) -> NewRun {
    let answer = AgainAnswer {
        resolution,
        result: None,
    };
    let again = run.again.as_mut().unwrap();
    again
        .answers
        .insert(avops_engine::StepKey(step.to_owned()), answer);
    run
}

async fn go(world: &World, run: NewRun) -> RunState {
    let accepted = world.accept(run).await.unwrap();
    world.settled(accepted.run).await
}

async fn refused(world: &World, run: NewRun) -> String {
    match world.accept(run).await.unwrap_err() {
        EngineError::NotAgain { refusals } => refusals[0].to_string(),
        error => error.to_string(),
    }
}

fn step(world: &World, run: RunId, key: &str) -> StepState {
    let steps = world.journal.steps(run);
    let found = steps.into_iter().find(|step| step.key.0 == key);
    found.unwrap_or_else(|| panic!("no step {key}"))
}

#[tokio::test(start_paused = true)]
async fn what_was_done_before_the_failure_is_reused_and_never_repeated() {
    let world = World::new();
    world.tools.answers("lab.put", [Answer::Refused]);
    let first = world.run(THREE, json!({})).await;
    assert_eq!(first.status, RunStatus::Failed);

    let second = go(
        &world,
        request(&world, first.id, THREE, "failed", json!({})),
    )
    .await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    assert_eq!(second.outputs["id"], "poke-1");
    assert_eq!(world.tools.count("lab.poke"), 1);
    assert_eq!(world.tools.count("lab.put"), 2);
    // Plan and verify are looked at afresh.
    assert_eq!(world.tools.count("lab.look"), 3);
    let reused = step(&world, second.id, "act.1");
    assert_eq!(reused.reused_from, Some(first.id));
    assert_eq!(reused.status, StepStatus::Ok);
    assert_eq!(step(&world, second.id, "act.2").reused_from, None);
    let calls = world.tools.calls_of("lab.put");
    assert_eq!(calls[1].args["id"], "poke-1");
}

#[tokio::test(start_paused = true)]
async fn results_are_handed_on_once_and_keep_the_name_of_the_run_that_made_them() {
    let world = World::new();
    world
        .tools
        .answers("lab.put", [Answer::Refused, Answer::Refused]);
    let first = world.run(THREE, json!({})).await;
    let again = || request(&world, first.id, THREE, "failed", json!({}));
    let second = go(&world, again()).await;
    assert_eq!(second.status, RunStatus::Failed);
    let error = world.accept(again()).await.unwrap_err();
    assert!(error.to_string().contains("goes on from run"), "{error}");
    let third = go(
        &world,
        request(&world, second.id, THREE, "failed", json!({})),
    )
    .await;
    assert_eq!(third.status, RunStatus::Success);
    assert_eq!(step(&world, third.id, "act.1").reused_from, Some(first.id));
    assert_eq!(world.tools.count("lab.poke"), 1);
    // From the start, as often as one likes.
    let anew = go(&world, request(&world, first.id, THREE, "start", json!({}))).await;
    assert_eq!(anew.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.poke"), 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_rollback_put_back_is_done_again() {
    let world = World::new();
    let yaml = "act:\n  - action: lab.put\n    undo: { action: lab.tag }\n  - action: lab.poke\n  - action: lab.zap\nverify:\n  - check: \"true\"\n";
    world.tools.answers("lab.zap", [Answer::Refused]);
    let first = world.run(yaml, json!({})).await;
    assert_eq!(first.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.tag"), 1);
    let run = request(&world, first.id, yaml, "failed", json!({}));
    let outlook = world.engine.outlook(&run).await.unwrap();
    let fates: Vec<_> = outlook
        .steps
        .iter()
        .filter(|step| step.phase == RunPhase::Act)
        .map(|step| step.fate)
        .collect();
    assert_eq!(fates, [StepFate::Again, StepFate::Reused, StepFate::Again]);
    // A chosen start says that it cannot skip what was put back.
    let chosen = refused(&world, request(&world, first.id, yaml, "act.3", json!({}))).await;
    assert!(chosen.starts_with("step act.1:"), "{chosen}");
    assert!(chosen.contains("put it back"), "{chosen}");
    let second = go(&world, run).await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    assert_eq!(world.tools.count("lab.put"), 2);
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_outcome_nobody_knows_is_asked_about_first() {
    let world = World::new();
    let yaml = "act:\n  - action: lab.poke\n    as: poked\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    world.tools.answers("lab.poke", [Answer::Unknown]);
    let first = world.run(yaml, json!({})).await;
    assert_eq!(first.waiting_for, Some(WaitReason::Interrupted));
    let again = || request(&world, first.id, yaml, "failed", json!({}));
    let early = refused(&world, again()).await;
    assert!(early.starts_with("step act.1: the run waits"), "{early}");
    world
        .signal(first.id, Signal::Cancel { reason: None })
        .await
        .unwrap();
    world.settled(first.id).await;
    let doubt = refused(&world, again()).await;
    assert!(doubt.starts_with("step act.1: nobody knows"), "{doubt}");
    let chosen = refused(&world, request(&world, first.id, yaml, "act.1", json!({}))).await;
    assert!(chosen.contains("would be repeated"), "{chosen}");
    assert_eq!(world.tools.count("lab.poke"), 1);
    let happened = answered(again(), "act.1", Resolution::Happened);
    let second = go(&world, happened).await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_person_may_have_it_repeated() {
    let world = World::new();
    let yaml = "act:\n  - action: lab.poke\nverify:\n  - check: \"true\"\n";
    world.tools.answers("lab.poke", [Answer::Unknown]);
    let first = world.run(yaml, json!({})).await;
    world
        .signal(first.id, Signal::Cancel { reason: None })
        .await
        .unwrap();
    world.settled(first.id).await;
    let run = request(&world, first.id, yaml, "failed", json!({}));
    let second = go(&world, answered(run, "act.1", Resolution::Repeat)).await;
    assert_eq!(second.status, RunStatus::Success);
    assert_eq!(world.tools.count("lab.poke"), 2);
}

#[tokio::test(start_paused = true)]
async fn of_five_hundred_items_only_the_three_that_failed_run_again() {
    let world = World::new();
    let yaml = "plan:\n  - action: lab.look\n    with: { room: x }\n    as: seen\nact:\n  - for_each: \"seen.rooms\"\n    action: lab.put\n    with: { n: \"{{ item }}\" }\n    as: put\n    on_error: continue\n  - action: lab.poke\n  - notify: \"slack:#avops {{ put | length }} done\"\nverify:\n  - check: \"true\"\noutputs:\n  last: \"{{ put[499].id }}\"\n  first: \"{{ put[7].id }}\"\n";
    let rooms: Vec<u32> = (0..500).collect();
    let found = Answer::Ok(json!({ "rooms": rooms }));
    world.tools.always("lab.look", found);
    let answers = (0..500).map(|n| match n {
        7 | 100 | 499 => Answer::Refused,
        n => Answer::Ok(json!({"id": n})),
    });
    world.tools.answers("lab.put", answers);
    let first = world.run(yaml, json!({})).await;
    assert_eq!(first.status, RunStatus::Success, "{:?}", first.error);
    assert_eq!(world.tools.count("lab.put"), 500);
    let second = go(
        &world,
        request(&world, first.id, yaml, "failed_items", json!({})),
    )
    .await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    assert_eq!(world.tools.count("lab.put"), 503);
    let again: Vec<Value> = world.tools.calls_of("lab.put")[500..]
        .iter()
        .map(|call| call.args["n"].clone())
        .collect();
    assert_eq!(again, [json!(7), json!(100), json!(499)]);
    assert_eq!(second.outputs["last"], "put-1");
    // What the loop does not touch stays done; the notice that counts its results is sent again.
    assert_eq!(world.tools.count("lab.poke"), 1);
    assert_eq!(world.tools.count("slack.post_message"), 2);
    let none = refused(
        &world,
        request(&world, second.id, yaml, "failed_items", json!({})),
    )
    .await;
    assert!(none.contains("no item of a loop failed"), "{none}");
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_failed_goes_on_with_the_items_that_are_missing() {
    let world = World::new();
    let yaml = "act:\n  - for_each: \"[0, 1, 2, 3, 4, 5]\"\n    do:\n      - action: lab.poke\n        with: { n: \"{{ item }}\" }\n        as: poked\n      - action: lab.put\n        with: { id: \"{{ poked.id }}\" }\nverify:\n  - check: \"true\"\n";
    let fine = || Answer::Ok(json!({"id": "x"}));
    world
        .tools
        .answers("lab.put", [fine(), fine(), Answer::Refused]);
    let first = world.run(yaml, json!({})).await;
    assert_eq!(first.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.poke"), 3);
    let second = go(&world, request(&world, first.id, yaml, "failed", json!({}))).await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    // The third item had been poked already.
    assert_eq!(world.tools.count("lab.poke"), 6);
    assert_eq!(world.tools.count("lab.put"), 7);
    assert_eq!(
        step(&world, second.id, "act.1[2].do.1").reused_from,
        Some(first.id)
    );
}

#[tokio::test(start_paused = true)]
async fn another_version_reuses_what_it_does_the_same_and_says_what_it_does_not() {
    let world = World::new();
    world.tools.answers("lab.put", [Answer::Refused]);
    let first = world.run(THREE, json!({})).await;
    let other = THREE.replace("lab.poke\n", "lab.poke\n    with: { n: 2 }\n");
    let message = refused(
        &world,
        request(&world, first.id, &other, "failed", json!({})),
    )
    .await;
    assert_eq!(
        message,
        "step act.1: its result cannot be reused: it has other arguments"
    );
    let gone = THREE.replace(
        "  - action: lab.poke\n    as: poked\n",
        "  - set: { poked: { id: 1 } }\n    id: own\n",
    );
    let message = refused(
        &world,
        request(&world, first.id, &gone, "failed", json!({})),
    )
    .await;
    assert!(message.contains("has no such step"), "{message}");
    let mended = THREE.replace("lab.put\n", "lab.tag\n");
    let second = go(
        &world,
        request(&world, first.id, &mended, "failed", json!({})),
    )
    .await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn another_input_is_refused_where_what_was_done_depends_on_it() {
    let world = World::new();
    let yaml = "intake:\n  - gather: room\n    as: room\n  - gather: note\n    as: note\nplan:\n  - action: lab.look\n    with: { room: \"{{ intake.room }}\" }\n    as: seen\nact:\n  - action: lab.poke\n    with: { id: \"{{ seen.id }}\" }\n  - action: lab.put\n    with: { text: \"{{ intake.note }}\" }\nverify:\n  - check: \"true\"\n";
    world.tools.answers("lab.put", [Answer::Refused]);
    let first = world.run(yaml, json!({"room": "a", "note": "b"})).await;
    assert_eq!(first.status, RunStatus::Failed);
    let other_room = json!({"room": "z", "note": "b"});
    let message = refused(
        &world,
        request(&world, first.id, yaml, "failed", other_room),
    )
    .await;
    assert_eq!(
        message,
        "step act.1: its result cannot be reused: it was done with another value of seen"
    );
    let other_note = json!({"room": "a", "note": "c"});
    let second = go(
        &world,
        request(&world, first.id, yaml, "failed", other_note),
    )
    .await;
    assert_eq!(second.status, RunStatus::Success, "{:?}", second.error);
    assert_eq!(world.tools.calls_of("lab.put")[1].args["text"], "c");
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_takes_effects_over_puts_them_back_once_it_has_reached_act() {
    let world = World::new();
    let yaml = "plan:\n  - action: lab.look\n    with: { room: x }\n    as: seen\n  - check: \"seen.status == 'online'\"\nact:\n  - action: lab.poke\n    undo: { action: lab.tag }\n  - action: lab.put\nverify:\n  - check: \"true\"\n";
    let first = world.run(yaml, json!({})).await;
    assert_eq!(first.status, RunStatus::Success);
    let black = Answer::Ok(json!({"status": "black"}));
    world.tools.answers("lab.look", [black]);
    let again = |of| request(&world, of, yaml, "act.2", json!({}));
    let second = go(&world, again(first.id)).await;
    assert_eq!(second.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.tag"), 0, "plan only looked");
    world.tools.answers("lab.put", [Answer::Refused]);
    let third = go(&world, again(second.id)).await;
    assert_eq!(third.status, RunStatus::Failed);
    assert_eq!(world.tools.count("lab.tag"), 1);
    assert_eq!(world.tools.count("lab.poke"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_done_in_the_simulated_campus_is_nothing_in_the_real_one() {
    let world = World::new();
    world.tools.answers("lab.put", [Answer::Refused]);
    let first = world.run(THREE, json!({})).await;
    let live = NewRun {
        mode: Mode::Live,
        ..request(&world, first.id, THREE, "failed", json!({}))
    };
    let message = refused(&world, live).await;
    assert!(message.contains("simulated campus"), "{message}");
    let dry = NewRun {
        mode: Mode::Dry,
        ..request(&world, first.id, THREE, "failed", json!({}))
    };
    let dry = go(&world, dry).await;
    assert_eq!(dry.status, RunStatus::Success);
    // A dry run takes nothing away.
    let second = go(
        &world,
        request(&world, first.id, THREE, "failed", json!({})),
    )
    .await;
    assert_eq!(second.status, RunStatus::Success);
}

#[tokio::test(start_paused = true)]
async fn what_is_reused_survives_a_crash_right_after_it_was_accepted() {
    let mut world = World::new();
    world.tools.answers("lab.put", [Answer::Refused]);
    let first = world.run(THREE, json!({})).await;
    world.tools.answers("lab.put", [Answer::Hangs]);
    let run = request(&world, first.id, THREE, "failed", json!({}));
    let second = world.accept(run).await.unwrap().run;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    world.crash_and_restart().await;
    let state = world.settled(second).await;
    assert_eq!(state.status, RunStatus::Success, "{:?}", state.error);
    assert_eq!(world.tools.count("lab.poke"), 1);
    assert_eq!(state.outputs["id"], "poke-1");
}
