//! What the engine's port to the journal promises.

use std::collections::BTreeMap;

use avops_engine::{
    Again, AgainFrom, Content, ContentName, Journal, JournalError, Mode, NewRun, RunStatus,
    StepStatus, WaitReason,
};
use avops_store::Store;
use sha2::{Digest as _, Sha256};

use crate::sample::{artifact, at, first, id, keyed, new_run, next, step, store};

#[tokio::test]
async fn entries_come_back_as_they_were_stored() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    let (one, two) = (first(&run, at(0)), next(id(1), 1, 3, RunStatus::Running));
    let accepted = store.accept(&run, one.clone()).await.unwrap();
    assert!(accepted.is_new);
    store.append(two.clone()).await.unwrap();

    let all = [one.entries, two.entries].concat();
    assert_eq!(store.read(id(1), 0).await.unwrap(), all);
    assert_eq!(store.read(id(1), 2).await.unwrap(), all[2..]);
    assert_eq!(store.read(id(1), 4).await.unwrap(), []);
    assert_eq!(store.new_run(id(1)).await.unwrap(), Some(run));
}

#[tokio::test]
async fn a_number_that_is_taken_is_refused_and_nothing_is_stored() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    store
        .append(next(id(1), 1, 3, RunStatus::Running))
        .await
        .unwrap();

    // In the middle of what is there, not only at its start.
    for after in [1, 2, 3] {
        let mut stale = next(id(1), after, 5, RunStatus::Failed);
        stale.artifacts = vec![artifact(1)];
        let refused = store.append(stale).await.unwrap_err();
        assert!(
            matches!(refused, JournalError::Taken { run, seq } if run == id(1) && seq == after + 1),
            "{refused:?}"
        );
    }
    assert_eq!(store.read(id(1), 0).await.unwrap().len(), 4);
    assert_eq!(store.artifacts(id(1)).await.unwrap(), []);
    let row = store.run(id(1)).await.unwrap().unwrap();
    assert_eq!(row.state.status, RunStatus::Running);
}

#[tokio::test]
async fn a_gap_is_refused() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let refused = store
        .append(next(id(1), 5, 1, RunStatus::Running))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("gap"), "{refused}");
}

#[tokio::test]
async fn a_run_that_was_never_accepted_has_no_journal() {
    let (_folder, store) = store().await;
    let refused = store
        .append(next(id(9), 1, 1, RunStatus::Running))
        .await
        .unwrap_err();
    assert!(matches!(refused, JournalError::NoSuchRun(run) if run == id(9)));
    let refused = store.read(id(9), 0).await.unwrap_err();
    assert!(matches!(refused, JournalError::NoSuchRun(run) if run == id(9)));
}

#[tokio::test]
async fn a_run_is_accepted_once() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let refused = store.accept(&run, first(&run, at(0))).await.unwrap_err();
    assert!(
        matches!(refused, JournalError::Taken { seq: 1, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_same_request_gives_the_run_of_the_first_time() {
    let (_folder, store) = store().await;
    let run = keyed(id(1), "k", "content");
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let again = keyed(id(2), "k", "content");
    let accepted = store.accept(&again, first(&again, at(1))).await.unwrap();
    assert_eq!((accepted.run, accepted.is_new), (id(1), false));
    assert_eq!(store.run(id(2)).await.unwrap(), None);

    let other = keyed(id(3), "k", "other content");
    let refused = store
        .accept(&other, first(&other, at(1)))
        .await
        .unwrap_err();
    assert!(matches!(refused, JournalError::KeyReused(run) if run == id(1)));
    assert_eq!(store.run(id(3)).await.unwrap(), None);
}

#[tokio::test]
async fn the_results_of_a_run_are_handed_on_once() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let goes_on = |number, from: &str, mode| NewRun {
        again: Some(Again {
            of: id(1),
            from: AgainFrom::from(from.to_owned()),
            answers: BTreeMap::new(),
        }),
        mode,
        ..new_run(id(number))
    };
    for (number, from, mode) in [
        (2, "failed", Mode::Dry),
        (3, "start", Mode::Mock),
        (4, "act.2", Mode::Mock),
    ] {
        let run = goes_on(number, from, mode);
        store.accept(&run, first(&run, at(1))).await.unwrap();
    }
    let late = goes_on(5, "failed", Mode::Mock);
    let refused = store.accept(&late, first(&late, at(2))).await.unwrap_err();
    assert!(
        matches!(refused, JournalError::Continued { run, by } if run == id(1) && by == id(4)),
        "{refused:?}"
    );
    let found: Vec<_> = store
        .runs_again(id(1))
        .await
        .unwrap()
        .into_iter()
        .filter_map(|row| Some(row.again?.1.to_string()))
        .collect();
    assert_eq!(found, ["act.2", "start", "failed"]);
    // From the start, as often as one likes.
    let anew = goes_on(6, "start", Mode::Live);
    store.accept(&anew, first(&anew, at(3))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_requests_with_one_key_at_once_make_one_run() {
    let (_folder, store) = store().await;
    let tasks: Vec<_> = (1..=64)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let run = keyed(id(n), "k", "content");
                store.accept(&run, first(&run, at(0))).await.unwrap()
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| answer.is_new).count(), 1);
    assert!(answers.iter().all(|answer| answer.run == answers[0].run));
    assert_eq!(store.open_runs().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_writers_of_one_number_one_wins() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.append(next(id(1), 1, 2, RunStatus::Running)).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert!(matches!(error, JournalError::Taken { .. }), "{error:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(store.read(id(1), 0).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_bad_item_of_a_group_fails_alone() {
    let (_folder, store) = store().await;
    let taken = new_run(id(1));
    store.accept(&taken, first(&taken, at(0))).await.unwrap();
    let tasks: Vec<_> = (1..=40)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let run = new_run(id(n));
                store.accept(&run, first(&run, at(0))).await
            })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        refused += usize::from(task.await.unwrap().is_err());
    }
    assert_eq!(refused, 1);
    assert_eq!(store.open_runs().await.unwrap().len(), 40);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let (folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let mut batch = next(id(1), 1, 2, RunStatus::Waiting);
    batch.state.waiting_for = Some(WaitReason::Lock);
    batch.state.lock = Some("room 204".to_owned());
    batch.state.wake_at = Some(at(60));
    batch.steps = vec![step("act.1", 1, StepStatus::Waiting)];
    store.append(batch.clone()).await.unwrap();
    drop(store);

    let store = Store::open_in(folder.path()).await.unwrap();
    let open = store.open_runs().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].run, id(1));
    assert_eq!(open[0].waiting_for, Some(WaitReason::Lock));
    assert_eq!(open[0].lock.as_deref(), Some("room 204"));
    assert_eq!(open[0].wake_at, Some(at(60)));
    assert_eq!(store.read(id(1), 1).await.unwrap(), batch.entries);
    assert_eq!(store.steps(id(1)).await.unwrap(), batch.steps);
    // The writer knows where the run stands without having seen it before.
    store
        .append(next(id(1), 3, 1, RunStatus::Success))
        .await
        .unwrap();
    assert_eq!(store.open_runs().await.unwrap(), []);
}

#[tokio::test]
async fn a_batch_that_does_not_hold_together_is_refused() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let mut skips = next(id(1), 1, 2, RunStatus::Running);
    skips.entries[1].seq = 7;
    let mut empty = next(id(1), 1, 1, RunStatus::Running);
    empty.entries.clear();
    let mut ahead = next(id(1), 1, 1, RunStatus::Running);
    ahead.state.seq = 9;
    for batch in [skips, empty, ahead] {
        let refused = store.append(batch).await.unwrap_err();
        assert!(matches!(refused, JournalError::Failed(_)), "{refused:?}");
    }
    assert_eq!(store.read(id(1), 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_batch_is_stored_whole_or_not_at_all() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    let mut batch = next(id(1), 1, 1, RunStatus::Running);
    batch.artifacts = vec![artifact(1)];
    store.append(batch).await.unwrap();

    // The last rows to be written clash: nothing of what was written before them stays.
    let mut batch = next(id(1), 2, 1, RunStatus::Failed);
    batch.steps = vec![step("act.1", 1, StepStatus::Ok)];
    batch.artifacts = vec![artifact(1)];
    let refused = store.append(batch).await.unwrap_err();
    assert!(matches!(refused, JournalError::Failed(_)), "{refused:?}");
    assert_eq!(store.read(id(1), 0).await.unwrap().len(), 2);
    assert_eq!(store.steps(id(1)).await.unwrap(), []);
    let row = store.run(id(1)).await.unwrap().unwrap();
    assert_eq!((row.state.status, row.state.seq), (RunStatus::Running, 2));
    store
        .append(next(id(1), 2, 1, RunStatus::Success))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_cooldown_has_so_many_turns_and_a_run_takes_one() {
    let (_folder, store) = store().await;
    let turn = |n, second| store.take_turn("restart 204", id(n), at(second), at(second - 60), 2);
    assert!(turn(1, 0).await.unwrap());
    assert!(turn(2, 10).await.unwrap());
    assert!(!turn(3, 20).await.unwrap());
    assert!(turn(1, 20).await.unwrap(), "asking again changes nothing");
    assert!(turn(3, 61).await.unwrap(), "the first turn is long past");
    let other = store
        .take_turn("restart 205", id(3), at(20), at(-40), 2)
        .await;
    assert!(other.unwrap(), "another fix has its own turns");
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (_folder, store) = store().await;
    let run = new_run(id(1));
    store.accept(&run, first(&run, at(0))).await.unwrap();
    store.clone().close().await.unwrap();
    let refused = store
        .append(next(id(1), 1, 1, RunStatus::Running))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("closed"), "{refused}");
}

#[tokio::test]
async fn what_an_artifact_holds_is_kept_once_and_read_back() {
    let (_folder, store) = store().await;
    let content = Content {
        name: ContentName {
            sha256: hex::encode(Sha256::digest("‘all’\u{0}rooms")),
            bytes: 12,
            media_type: "text/plain; charset=utf-8".to_owned(),
        },
        text: "‘all’\u{0}rooms".into(),
    };
    for number in [1, 2] {
        let run = new_run(id(number));
        store.accept(&run, first(&run, at(0))).await.unwrap();
        let mut batch = next(id(number), 1, 1, RunStatus::Running);
        let mut file = artifact(1);
        file.content = Some(content.name.clone());
        batch.artifacts = vec![file.clone(), artifact(2)];
        batch.contents = vec![content.clone()];
        store.append(batch).await.unwrap();
        let kept = store.artifacts(id(number)).await.unwrap();
        assert_eq!(kept, [file, artifact(2)]);
        let found = store.artifact_content(id(number), 1).await.unwrap();
        assert_eq!(found.as_ref(), Some(&content));
        assert_eq!(store.artifact_content(id(number), 2).await.unwrap(), None);
        assert_eq!(store.artifact_content(id(number), 3).await.unwrap(), None);
    }
    let read = store.content(&content.name.sha256).await.unwrap();
    assert_eq!(read, Some(content));
    assert_eq!(store.content("no such hash").await.unwrap(), None);
}
