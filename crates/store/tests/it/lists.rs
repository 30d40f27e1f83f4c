//! Lists of runs and of what waits for a person.

use avops_engine::{
    AgentRef, Gate, Journal, Mode, RunError, RunId, RunStatus, StepKey, StepStatus, WaitReason,
};
use avops_store::{RunColumn, RunFilter, RunOrder, Store, StoreError};
use serde_json::Value;

use crate::sample::{at, first, id, new_run, next, state, step, store};

/// Twelve runs, one a second: every third failed, every fourth in mock mode, one from a chat, one that waits.
async fn history() -> (tempfile::TempDir, Store) {
    let (folder, store) = store().await;
    for n in 1..=12_u32 {
        let mut run = new_run(id(u128::from(n)));
        if n.is_multiple_of(4) {
            run.mode = Mode::Mock;
        }
        if n == 5 {
            run.trigger = "chat".to_owned();
            run.name = "100% Beamer_Test".to_owned();
            run.agent = Some(AgentRef {
                id: "agent-1".to_owned(),
                name: "Support".to_owned(),
                domain: "support".to_owned(),
                ..AgentRef::default()
            });
        }
        let accepted_at = at(i64::from(n));
        store.accept(&run, first(&run, accepted_at)).await.unwrap();
        let status = match n {
            7 => RunStatus::Waiting,
            _ if n.is_multiple_of(3) => RunStatus::Failed,
            _ => RunStatus::Success,
        };
        let mut batch = next(run.id, 1, 1, status);
        batch.state = state(run.id, 2, status, accepted_at);
        if n == 7 {
            batch.state.waiting_for = Some(WaitReason::Approval);
        }
        if n == 3 {
            batch.state.error = Some(RunError {
                phase: None,
                step: None,
                message: "No Signal on HDMI".to_owned(),
                hint: None,
            });
        }
        store.append(batch).await.unwrap();
    }
    (folder, store)
}

async fn found(store: &Store, filter: RunFilter) -> Vec<u128> {
    let page = store.latest_runs(&filter, 50, None).await.unwrap();
    page.items
        .iter()
        .map(|row| row.state.id.0.as_u128())
        .collect()
}

/// Filters, and the runs of [`history`] that each lets through.
fn filters() -> Vec<(RunFilter, Vec<u128>)> {
    let with = |set: fn(&mut RunFilter)| {
        let mut filter = RunFilter::default();
        set(&mut filter);
        filter
    };
    let text = |text: &str| RunFilter {
        text: Some(text.to_owned()),
        ..RunFilter::default()
    };
    vec![
        (with(|_| ()), (1..=12).rev().collect()),
        (
            with(|f| f.status = vec![RunStatus::Failed]),
            vec![12, 9, 6, 3],
        ),
        (
            with(|f| f.status = vec![RunStatus::Failed, RunStatus::Waiting]),
            vec![12, 9, 7, 6, 3],
        ),
        (with(|f| f.since = Some(at(11))), vec![12, 11]),
        (with(|f| f.until = Some(at(3))), vec![2, 1]),
        (with(|f| f.agent = Some("agent-1".to_owned())), vec![5]),
        (with(|f| f.recipe = Some("recipe-2".to_owned())), vec![]),
        (with(|f| f.trigger = Some("chat".to_owned())), vec![5]),
        (
            with(|f| (f.mode, f.status) = (Some(Mode::Mock), vec![RunStatus::Success])),
            vec![8, 4],
        ),
        (
            with(|f| f.waiting_for = Some(WaitReason::Approval)),
            vec![7],
        ),
        (text(" BEAMER_ "), vec![5]),
        (text("0% b"), vec![5]),
        (text("hdmi"), vec![3]),
        (text("%"), vec![5]),
        (text("'; DROP TABLE runs; --"), vec![]),
    ]
}

#[tokio::test]
async fn each_filter_lets_through_what_it_says() {
    let (_folder, store) = history().await;
    for (filter, expected) in filters() {
        assert_eq!(found(&store, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn bites_of_a_list_join_without_gaps_while_new_runs_come() {
    let (_folder, store) = history().await;
    let filter = RunFilter::default();
    let (mut seen, mut cursor) = (Vec::new(), None);
    for n in 0.. {
        let page = store
            .latest_runs(&filter, 5, cursor.as_deref())
            .await
            .unwrap();
        assert!(page.items.len() <= 5);
        seen.extend(page.items.iter().map(|row| row.state.id.0.as_u128()));
        let run = new_run(id(100 + n));
        store.accept(&run, first(&run, at(100))).await.unwrap();
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, (1..=12).rev().collect::<Vec<u128>>());
}

#[tokio::test]
async fn runs_of_the_same_instant_are_told_apart() {
    let (_folder, store) = store().await;
    for n in 1..=4 {
        let run = new_run(id(n));
        store.accept(&run, first(&run, at(0))).await.unwrap();
    }
    let filter = RunFilter::default();
    let page = store.latest_runs(&filter, 3, None).await.unwrap();
    let rest = store
        .latest_runs(&filter, 3, page.next.as_deref())
        .await
        .unwrap();
    let ids: Vec<RunId> = page
        .items
        .iter()
        .chain(&rest.items)
        .map(|row| row.state.id)
        .collect();
    assert_eq!(ids, [id(4), id(3), id(2), id(1)]);
    assert_eq!(rest.next, None);
}

#[tokio::test]
async fn a_made_up_cursor_is_refused() {
    let (_folder, store) = store().await;
    let refused = store
        .latest_runs(&RunFilter::default(), 5, Some("' OR 1=1"))
        .await;
    assert!(matches!(refused.unwrap_err(), StoreError::BadCursor));
    assert!(matches!(
        store.waiting(5, Some("00")).await.unwrap_err(),
        StoreError::BadCursor
    ));
    assert!(matches!(
        store.audit(5, Some("zz")).await.unwrap_err(),
        StoreError::BadCursor
    ));
}

#[tokio::test]
async fn the_inbox_has_what_waits_longest_first_and_nothing_of_runs_that_are_over() {
    let (_folder, store) = store().await;
    for n in 1..=3_u32 {
        let run = new_run(id(u128::from(n)));
        store.accept(&run, first(&run, at(0))).await.unwrap();
        let mut batch = next(run.id, 1, 1, RunStatus::Waiting);
        let mut waits = step("act.1", 10 - n, StepStatus::Waiting);
        waits.gate = Some(Gate {
            reason: WaitReason::Approval,
            prompt: format!("Restart room {n}?"),
            role: "operator".to_owned(),
            until: None,
            schema: None,
            evidence: Value::Null,
        });
        batch.steps = vec![waits, step("act.2", 20, StepStatus::Running)];
        store.append(batch).await.unwrap();
    }
    store
        .append(next(id(2), 2, 1, RunStatus::Cancelled))
        .await
        .unwrap();
    assert_eq!(store.waiting_count().await.unwrap(), 2);

    let one = store.waiting(1, None).await.unwrap();
    let two = store.waiting(1, one.next.as_deref()).await.unwrap();
    assert_eq!(two.next, None);
    let prompts: Vec<_> = one
        .items
        .iter()
        .chain(&two.items)
        .map(|item| {
            (
                item.run,
                item.step.key.clone(),
                item.step.gate.as_ref().unwrap().prompt.as_str(),
            )
        })
        .collect();
    let key = || StepKey("act.1".to_owned());
    assert_eq!(
        prompts,
        [
            (id(3), key(), "Restart room 3?"),
            (id(1), key(), "Restart room 1?")
        ]
    );

    // An answer closes the gate.
    let mut answered = next(id(3), 2, 1, RunStatus::Running);
    answered.steps = vec![step("act.1", 7, StepStatus::Ok)];
    store.append(answered).await.unwrap();
    assert_eq!(store.waiting_count().await.unwrap(), 1);
}

#[tokio::test]
async fn every_order_gives_each_run_once_over_all_bites_and_backwards_the_same() {
    let (_folder, store) = history().await;
    for by in [
        RunColumn::Accepted,
        RunColumn::Name,
        RunColumn::Status,
        RunColumn::Trigger,
        RunColumn::Agent,
        RunColumn::Recipe,
        RunColumn::Duration,
    ] {
        let mut orders = Vec::new();
        for up in [true, false] {
            let filter = RunFilter {
                order: RunOrder { by, up },
                ..RunFilter::default()
            };
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = store
                    .latest_runs(&filter, 5, cursor.as_deref())
                    .await
                    .unwrap();
                seen.extend(page.items.iter().map(|row| row.state.id.0.as_u128()));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let mut all = seen.clone();
            all.sort_unstable();
            assert_eq!(all, (1..=12).collect::<Vec<u128>>(), "{by:?}");
            orders.push(seen);
        }
        let backwards: Vec<u128> = orders[1].iter().rev().copied().collect();
        assert_eq!(orders[0], backwards, "{by:?}");
    }
}
