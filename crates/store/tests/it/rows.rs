//! Rows are what was folded: whatever the engine's state is, the store gives it back.

use avops_engine::{
    Gate, Journal, MetricValue, RollbackOutcome, RunError, RunPhase, RunRoom, RunState, RunStatus,
    StepKey, StepState, StepStatus, WaitReason,
};
use jiff::Timestamp;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::sample::{artifact, at, first, id, new_run, next, store};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,12}",
        Just("‘quotes’ \" ' ; -- \\ % _ \u{1f680}\n\t".to_owned()),
        Just("\u{0}null".to_owned()),
    ]
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, 0_i32..1_000_000_000).prop_map(|(s, n)| Timestamp::new(s, n).unwrap())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
        text().prop_map(|text| json!({ "a": [text, { "b": null }], "": 0.5 })),
    ]
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::vec((text(), value()), 0..4).prop_map(Map::from_iter)
}

fn reason() -> impl Strategy<Value = WaitReason> {
    prop_oneof![
        Just(WaitReason::Input),
        Just(WaitReason::Approval),
        Just(WaitReason::Timer),
        Just(WaitReason::Lock),
        Just(WaitReason::Interrupted),
    ]
}

fn phase() -> impl Strategy<Value = RunPhase> {
    prop_oneof![
        Just(RunPhase::Intake),
        Just(RunPhase::Plan),
        Just(RunPhase::Act),
        Just(RunPhase::Verify),
        Just(RunPhase::Rollback),
    ]
}

prop_compose! {
    fn metric()(
        name in text(),
        value in option::of(-1_000_000_i32..1_000_000),
        unit in option::of(text()),
        met in option::of(any::<bool>()),
    ) -> MetricValue {
        MetricValue { name, value: value.map(|v| f64::from(v) / 8.0), target: unit.clone(), unit, met }
    }
}

prop_compose! {
    fn run_error()(phase in option::of(phase()), message in text(), hint in option::of(text())) -> RunError {
        RunError { phase, step: hint.clone().map(StepKey), message, hint }
    }
}

prop_compose! {
    fn state()(
        (status, waiting_for, rollback) in (
            prop_oneof![
                Just(RunStatus::Queued), Just(RunStatus::Running), Just(RunStatus::Waiting), Just(RunStatus::Success),
                Just(RunStatus::Unproven), Just(RunStatus::Failed), Just(RunStatus::Cancelled),
            ],
            option::of(reason()),
            option::of(prop_oneof![
                Just(RollbackOutcome::NotNeeded), Just(RollbackOutcome::Running),
                Just(RollbackOutcome::RolledBack), Just(RollbackOutcome::RollbackFailed),
            ]),
        ),
        times in proptest::array::uniform3(option::of(moment())),
        millis in proptest::array::uniform3(option::of(0_u64..10_000_000_000)),
        (checks, checks_held) in any::<(u32, u32)>(),
        (lock, outcome) in (option::of(text()), option::of(text())),
        error in option::of(run_error()),
        (inputs, outputs) in (object(), object()),
        metrics in proptest::collection::vec(metric(), 0..3),
        room in option::of((text(), text(), option::of(text()), option::of(text()))),
    ) -> RunState {
        let [wake_at, started_at, finished_at] = times;
        let [duration_ms, working_ms, plan_act_ms] = millis;
        let room = room.map(|(id, name, site, time_zone)| RunRoom { id, name, site, time_zone });
        RunState {
            id: id(1), status, waiting_for, wake_at, lock, outcome, accepted_at: at(0), started_at, finished_at,
            duration_ms, working_ms, plan_act_ms, checks, checks_held, error, rollback, room, inputs, outputs, metrics, seq: 2,
        }
    }
}

prop_compose! {
    fn step()(
        phase in phase(),
        status in prop_oneof![
            Just(StepStatus::Running), Just(StepStatus::Ok), Just(StepStatus::Failed), Just(StepStatus::Skipped),
            Just(StepStatus::Waiting),
        ],
        attempt in any::<u32>(),
        texts in proptest::array::uniform4(option::of(text())),
        (title, verb) in (text(), text()),
        (payload, result) in (value(), value()),
        (started_at, finished_at) in (moment(), option::of(moment())),
        gate in option::of((reason(), text(), value())),
        reused_from in option::of((0_u128..99).prop_map(|number| avops_engine::RunId(uuid::Uuid::from_u128(number)))),
    ) -> StepState {
        let [tool, action, message, error] = texts;
        StepState {
            key: StepKey("act.1".to_owned()), seq: 1, phase, title, verb, tool, action, attempt, status, message,
            payload, result, error, started_at, finished_at, reused_from,
            gate: gate.map(|(reason, prompt, evidence)| Gate {
                reason, prompt, role: "operator".to_owned(), until: finished_at, schema: None, evidence,
            }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_run_and_its_steps_come_back_as_they_were_folded(
        state in state(),
        before in step(),
        after in step(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, store) = store().await;
            let run = new_run(id(1));
            store.accept(&run, first(&run, at(0))).await.unwrap();
            let mut batch = next(id(1), 1, 1, RunStatus::Running);
            batch.state = state.clone();
            batch.steps = vec![before.clone()];
            store.append(batch).await.unwrap();
            assert_eq!(store.steps(id(1)).await.unwrap(), vec![before.clone()]);

            let mut batch = next(id(1), 2, 1, RunStatus::Running);
            batch.state = RunState { seq: 3, ..state.clone() };
            batch.steps = vec![after.clone()];
            batch.artifacts = vec![artifact(1)];
            store.append(batch).await.unwrap();
            assert_eq!(store.steps(id(1)).await.unwrap(), vec![after.clone()]);
            assert_eq!(store.artifacts(id(1)).await.unwrap(), vec![artifact(1)]);
            let row = store.run(id(1)).await.unwrap().unwrap();
            assert_eq!(row.state, RunState { seq: 3, ..state.clone() });
            assert_eq!(row.recipe_hash, run.recipe.hash);
        });
    }
}
