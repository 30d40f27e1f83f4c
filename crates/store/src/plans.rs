//! Every list and figure reads an index: asked of the database itself.

use avops_engine::{Mode, RunStatus, WaitReason};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row as _};

use crate::{RunFilter, Store, commit, figures, inbox, journal, recipe_figures, runs};

/// The plan of a statement, one line a table. Values are left unbound: plans do not depend on them.
async fn plan(store: &Store, sql: &str) -> Vec<String> {
    let question = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = sqlx::query(AssertSqlSafe(question))
        .fetch_all(&store.inner.write)
        .await
        .unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    (folder, store)
}

/// Lines that read a whole table rather than an index of it.
fn full_scans(plan: &[String], rows_handed_in: &str) -> Vec<String> {
    let scans = plan.iter().filter(|line| line.starts_with("SCAN "));
    scans
        .filter(|line| !line.contains("USING"))
        .filter(|line| !["SCAN found", rows_handed_in].contains(&line.as_str()))
        .filter(|line| !line.contains("CONSTANT ROW") && !line.contains("VALUES CLAUSE"))
        .cloned()
        .collect()
}

#[tokio::test]
async fn every_filter_of_runs_reads_an_index() {
    let (_folder, store) = store().await;
    let any = RunFilter::default;
    let at: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let one = || Some("x".to_owned());
    let filters = [
        any(),
        RunFilter {
            status: vec![RunStatus::Failed],
            ..any()
        },
        RunFilter {
            status: vec![RunStatus::Failed, RunStatus::Waiting],
            ..any()
        },
        RunFilter {
            since: Some(at),
            until: Some(at),
            ..any()
        },
        RunFilter {
            agent: one(),
            ..any()
        },
        RunFilter {
            recipe: one(),
            status: vec![RunStatus::Failed],
            ..any()
        },
        RunFilter {
            workflow: one(),
            ..any()
        },
        RunFilter {
            trigger: one(),
            mode: Some(Mode::Live),
            ..any()
        },
        RunFilter {
            room: one(),
            ..any()
        },
        RunFilter {
            requested_by: one(),
            version: Some(2),
            ..any()
        },
        RunFilter {
            waiting_for: Some(WaitReason::Approval),
            ..any()
        },
        RunFilter {
            text: one(),
            ..any()
        },
    ];
    let after = crate::cursor::cursor(0, &["x"]);
    for filter in filters {
        for after in [None, Some(after.as_str())] {
            let query = runs::listing(&filter, 50, after).unwrap();
            let plan = plan(&store, query.sql().as_str()).await;
            let index = if filter.agent.is_some() {
                "runs_of_agent"
            } else if filter.recipe.is_some() {
                "runs_of_recipe"
            } else if filter.workflow.is_some() {
                "runs_of_workflow"
            } else if filter.room.is_some() {
                "runs_of_room"
            } else {
                "runs_listed"
            };
            assert!(
                plan.iter().any(|line| line.contains(index)),
                "{filter:?}: {plan:#?}"
            );
            assert!(full_scans(&plan, "").is_empty(), "{filter:?}: {plan:#?}");
            // Rows come out of the index in order: nothing is sorted before the limit cuts.
            let sorts = plan
                .iter()
                .filter(|line| line.contains("TEMP B-TREE"))
                .count();
            assert!(sorts <= 1, "{filter:?}: {plan:#?}");
        }
    }
}

#[tokio::test]
async fn filters_other_than_text_read_the_index_alone() {
    let (_folder, store) = store().await;
    let filter = RunFilter {
        status: vec![RunStatus::Failed],
        trigger: Some("api".to_owned()),
        requested_by: Some("owner".to_owned()),
        version: Some(2),
        mode: Some(Mode::Live),
        waiting_for: Some(WaitReason::Input),
        ..RunFilter::default()
    };
    let plan = plan(
        &store,
        runs::listing(&filter, 50, None).unwrap().sql().as_str(),
    )
    .await;
    assert!(
        plan.iter()
            .any(|line| line.contains("COVERING INDEX runs_listed")),
        "{plan:#?}"
    );
}

#[tokio::test]
async fn figures_read_the_index_alone() {
    let (_folder, store) = store().await;
    for sql in [
        figures::STATUS_COUNTS,
        figures::SUCCESSES,
        figures::DURATION_AT,
        figures::TREND,
    ] {
        let plan = plan(&store, sql).await;
        assert!(
            plan.iter()
                .any(|line| line.contains("COVERING INDEX runs_listed")),
            "{sql}: {plan:#?}"
        );
    }
    let last_error = plan(&store, figures::LAST_ERROR).await;
    assert!(
        last_error.iter().any(|line| line.contains("runs_listed")),
        "{last_error:#?}"
    );
    let modes = [Mode::Live, Mode::Mock];
    let outcomes = recipe_figures::question("r", None, &modes, 20);
    let outcomes = plan(&store, outcomes.sql().as_str()).await;
    assert!(
        outcomes.iter().any(|line| line.contains("runs_of_recipe")),
        "{outcomes:#?}"
    );
    assert!(
        !outcomes.iter().any(|line| line.contains("TEMP B-TREE")),
        "{outcomes:#?}"
    );
}

#[tokio::test]
async fn the_inbox_reads_waiting_steps_only() {
    let (_folder, store) = store().await;
    let after = crate::cursor::cursor(0, &["r", "k"]);
    for after in [None, Some(after.as_str())] {
        let query = inbox::listing(50, after).unwrap();
        let plan = plan(&store, query.sql().as_str()).await;
        assert!(
            plan.iter().any(|line| line.contains("steps_waited_for")),
            "{plan:#?}"
        );
        assert!(
            !plan.iter().any(|line| line.contains("TEMP B-TREE")),
            "{plan:#?}"
        );
        assert!(full_scans(&plan, "").is_empty(), "{plan:#?}");
    }
}

#[tokio::test]
async fn changed_runs_are_found_by_id() {
    let (_folder, store) = store().await;
    for statement in commit::state_statements() {
        let plan = plan(&store, statement.as_str()).await;
        assert!(
            plan.iter()
                .any(|line| line.starts_with("SEARCH runs USING")),
            "{plan:#?}"
        );
        assert!(full_scans(&plan, "SCAN fresh").is_empty(), "{plan:#?}");
    }
}

#[tokio::test]
async fn after_a_start_only_open_runs_and_their_entries_are_read() {
    let (_folder, store) = store().await;
    let open = plan(&store, journal::OPEN_RUNS).await;
    assert_eq!(open, ["SCAN runs USING INDEX runs_open"]);
    let entries = plan(&store, journal::ENTRIES).await;
    assert_eq!(
        entries,
        ["SEARCH journal USING PRIMARY KEY (run_id=? AND seq>?)"]
    );
}
