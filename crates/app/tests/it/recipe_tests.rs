//! Tests of recipes: those that ship, what a failing one says, and one made out of a run.

use avops_app::recipe_tests::{self, RunTests, SaveTests};
use avops_app::runs::{self, RunFilter};
use avops_app::{Error, PageRequest, Role};
use serde_json::json;

use crate::world::{World, yes};

const HDMI: &str = "Zoom Room HDMI black";

fn one(name: &str, rest: &str) -> RunTests {
    RunTests {
        tests: Some(format!("recipe: {HDMI}\ntests:\n  - name: {name}\n{rest}")),
        ..RunTests::default()
    }
}

async fn only(world: &World, rest: &str) -> recipe_tests::TestResult {
    let report = recipe_tests::run(&world.app, &world.owner, HDMI, one("it", rest))
        .await
        .unwrap();
    report.tests.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_expected_is_shown_with_both_sides() {
    let world = World::seeded().await;
    let failed = only(
        &world,
        "    inputs: { room: Auditorium }\n    expect:\n      status: success\n      calls: [{ action: slack.post_message }]\n",
    )
    .await;
    assert!(!failed.ok);
    let status = &failed.mismatches[0];
    assert_eq!(
        (status.what.as_str(), &status.expected, &status.actual),
        ("status", &json!("success"), &json!("failed"))
    );
    assert_eq!(failed.mismatches[1].what, "calls");
    assert!(failed.steps.iter().any(|step| step.key == "plan.2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_an_answer_and_an_answer_without_a_question_fail_the_test() {
    let world = World::seeded().await;
    let asked = only(
        &world,
        "    inputs: { room: Huddle 204 }\n    expect: { status: success }\n",
    )
    .await;
    let said = asked.mismatches[0].actual.as_str().unwrap();
    assert!(said.contains("approve: plan.4"), "{said}");
    let unasked = only(
        &world,
        "    inputs: { room: Boardroom 1 }\n    answers: [{ approve: plan.4 }]\n    expect: { status: success }\n",
    )
    .await;
    let said = unasked.mismatches[0].actual.as_str().unwrap();
    assert_eq!(said, "the answer to plan.4 was never asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_is_lost_is_asked_about_and_answered() {
    let world = World::seeded().await;
    let lost = only(
        &world,
        r"    inputs: { room: Huddle 204 }
    changes:
      - { at: act.2, fault: { on: /zoom/v2/rooms/zr-hq-204/events, do: drop, acts: true, times: 1 } }
    answers:
      - { approve: plan.4 }
      - { resolve: act.2, as: fail, note: nobody knows }
    expect: { status: failed, phase: act, failed_at: act.2 }
",
    )
    .await;
    assert!(lost.ok, "{:#?}", lost.mismatches);
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_leave_the_workspace_as_it_is() {
    let world = World::seeded().await;
    let report = recipe_tests::run(&world.app, &world.owner, HDMI, RunTests::default())
        .await
        .unwrap();
    assert!(report.ok, "{:#?}", report.tests);
    assert!(world.tools.campus().restarts().is_empty());
    assert!(world.tools.campus().messages().is_empty());
    let (all, page) = (RunFilter::default(), PageRequest::default());
    let kept = runs::list(&world.app, &world.owner, &all, &page).await;
    assert!(kept.unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_of_another_recipe_and_texts_that_are_none_are_refused() {
    let world = World::seeded().await;
    let other = SaveTests {
        yaml: "recipe: Another\ntests:\n  - name: a\n    expect: { status: success }\n".to_owned(),
    };
    let refused = recipe_tests::save(&world.app, &world.owner, HDMI, other).await;
    assert!(refused.unwrap_err().to_string().contains("Another"));
    let none = SaveTests {
        yaml: "recipe: [\n".to_owned(),
    };
    let refused = recipe_tests::save(&world.app, &world.owner, HDMI, none).await;
    assert!(matches!(refused, Err(Error::BadInput { .. })));
    let operator = World::actor(Role::Operator, false);
    let refused = recipe_tests::save(&world.app, &operator, HDMI, SaveTests::default()).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_becomes_a_test_that_passes_and_is_added_once() {
    let world = World::seeded().await;
    let run = world
        .run("Support", HDMI, json!({ "room": "Huddle 204" }))
        .await;
    let open = recipe_tests::draft(&world.app, &world.owner, run.summary.id).await;
    assert!(matches!(open, Err(Error::Conflict { .. })));
    world.say(run.summary.id, yes()).await;
    let run = world.finish(run.summary.id).await;
    let before = recipe_tests::get(&world.app, &world.owner, HDMI)
        .await
        .unwrap();
    let after = recipe_tests::add_draft(&world.app, &world.owner, run.summary.id)
        .await
        .unwrap();
    assert_eq!(after.tests.len(), before.tests.len() + 1);
    let report = recipe_tests::run(&world.app, &world.owner, HDMI, RunTests::default())
        .await
        .unwrap();
    let made = report.tests.last().unwrap();
    assert!(made.ok, "{:#?}", made.mismatches);
    let again = recipe_tests::add_draft(&world.app, &world.owner, run.summary.id).await;
    assert!(matches!(again, Err(Error::Conflict { .. })));
}
