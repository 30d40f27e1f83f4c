//! Backups and their way back: made under load, checked, restored with everything that was open held.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use avops_engine::{Event, History, Journal, NewRun, RunStatus, StepStatus, WaitReason};
use avops_store::{NewToken, Store, StoreError, TokenRow, read_backup, restore};
use tempfile::TempDir;

use crate::sample::{artifact, at, first, id, new_run, next, step, store};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A run that has begun, as the engine writes it.
async fn begin(store: &Store, run: &NewRun) {
    store.accept(run, first(run, at(0))).await.unwrap();
    let entries = store.read(run.id, 0).await.unwrap();
    let mut history = History::fold(&entries).unwrap();
    let entry = avops_engine::Entry {
        seq: 2,
        at: at(1),
        event: Event::Began { limit_ms: 60_000 },
    };
    history.push(&entry).unwrap();
    let mut batch = next(run.id, 1, 1, RunStatus::Running);
    batch.entries = vec![entry];
    batch.state = history.state().clone();
    store.append(batch).await.unwrap();
}

/// So many runs come and end.
const LOAD: u64 = 25;

async fn load(store: &Store, cycle: u64) {
    for number in 0..LOAD {
        let run = new_run(id(1_000 + u128::from(cycle * LOAD + number)));
        store.accept(&run, first(&run, at(0))).await.unwrap();
        let mut batch = next(run.id, 1, 20, RunStatus::Success);
        batch.steps = vec![step("act.1", 1, StepStatus::Ok)];
        batch.artifacts = vec![artifact(1)];
        store.append(batch).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_under_load_are_whole_and_open_with_every_open_run_held() {
    const CYCLES: u64 = 20;
    let (_folder, store) = store().await;
    for number in 1..=3 {
        begin(&store, &new_run(id(number))).await;
    }
    let place = TempDir::new().unwrap();
    for cycle in 0..CYCLES {
        let file = place.path().join(format!("{cycle}.db"));
        let ((), facts) = tokio::join!(load(&store, cycle), store.back_up(&file));
        let facts = facts.unwrap();
        assert_eq!(mode(&file), 0o600);
        assert_eq!(facts, read_backup(&file).await.unwrap());
        assert_eq!(facts.bytes, fs::metadata(&file).unwrap().len());
        let there = 3 + cycle * LOAD;
        assert!((there..=there + LOAD).contains(&facts.runs), "{facts:?}");

        if cycle % 5 > 0 {
            continue;
        }
        let data = place.path().join(format!("restored-{cycle}"));
        let restored = restore(&data, &file, false, at(500)).await.unwrap();
        assert_eq!(restored.facts, facts);
        assert!(restored.held >= 3 && restored.held == facts.open_runs);
        assert_eq!(restored.aside, None);
        let copy = Store::open_in(&data).await.unwrap();
        assert_eq!(copy.installation(), store.installation());
        for open in copy.open_runs().await.unwrap() {
            assert_eq!(open.status, RunStatus::Waiting);
            assert_eq!(open.waiting_for, Some(WaitReason::Held));
        }
        let waiting = copy.waiting(500, None).await.unwrap();
        assert_eq!(waiting.items.len() as u64, restored.held);
        copy.close().await.unwrap();
        assert!(!data.join("restoring").exists());
    }
    let last = store.back_up(&place.path().join("last.db")).await.unwrap();
    let made = CYCLES * LOAD;
    assert_eq!((last.runs, last.steps), (made + 3, made));
    assert_eq!(last.entries, made * 21 + 6);
}

#[tokio::test]
async fn a_restore_never_replaces_a_database_unasked_and_keeps_the_old_one() {
    let (folder, store) = store().await;
    begin(&store, &new_run(id(1))).await;
    let place = TempDir::new().unwrap();
    let file = place.path().join("a.db");
    store.back_up(&file).await.unwrap();
    let exists = store.back_up(&file).await.unwrap_err();
    assert!(matches!(exists, StoreError::Exists { .. }), "{exists}");

    let in_use = restore(folder.path(), &file, true, at(500)).await;
    assert!(matches!(in_use, Err(StoreError::InUse { .. })));
    begin(&store, &new_run(id(2))).await;
    store.close().await.unwrap();
    let occupied = restore(folder.path(), &file, false, at(500)).await;
    assert!(matches!(occupied, Err(StoreError::Occupied { .. })));

    let restored = restore(folder.path(), &file, true, at(500)).await.unwrap();
    let copy = Store::open_in(folder.path()).await.unwrap();
    assert!(copy.run(id(1)).await.unwrap().is_some());
    assert!(copy.run(id(2)).await.unwrap().is_none());
    let trail = copy.audit(5, None).await.unwrap();
    assert_eq!(trail.items[0].line.what, "workspace.restore");
    copy.close().await.unwrap();

    let aside = TempDir::new().unwrap();
    fs::copy(restored.aside.unwrap(), aside.path().join("avops.db")).unwrap();
    fs::set_permissions(
        aside.path().join("avops.db"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    let old = Store::open_in(aside.path()).await.unwrap();
    assert!(old.run(id(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn sessions_and_owner_tokens_do_not_come_back() {
    let (_folder, store) = store().await;
    for role in ["owner", "viewer"] {
        let token = NewToken {
            token: TokenRow {
                id: role.to_owned(),
                name: role.to_owned(),
                role: role.to_owned(),
                may_approve: false,
                prefix: "avops_".to_owned(),
                created_at: at(0),
                expires_at: None,
                last_used_at: None,
            },
            hash: role.to_owned(),
        };
        store.create_token(&token).await.unwrap();
    }
    let place = TempDir::new().unwrap();
    let file = place.path().join("a.db");
    store.back_up(&file).await.unwrap();
    let data = place.path().join("data");
    restore(&data, &file, false, at(500)).await.unwrap();
    let copy = Store::open_in(&data).await.unwrap();
    assert!(!copy.has_token_of("owner").await.unwrap());
    assert!(copy.has_token_of("viewer").await.unwrap());
}

#[tokio::test]
async fn what_is_no_backup_or_a_damaged_one_is_refused_and_changes_nothing() {
    let (_folder, store) = store().await;
    for number in 1..=200 {
        begin(&store, &new_run(id(number))).await;
    }
    let place = TempDir::new().unwrap();
    let file = place.path().join("a.db");
    store.back_up(&file).await.unwrap();
    let data = place.path().join("data");
    let refused = async |bytes: &[u8]| {
        let other = place.path().join("other.db");
        fs::write(&other, bytes).unwrap();
        restore(&data, &other, true, at(500)).await.unwrap_err()
    };
    let whole = fs::read(&file).unwrap();
    let empty = refused(b"").await;
    assert!(matches!(empty, StoreError::NoBackup { .. }), "{empty}");
    let text = refused(&b"name: not a database\n".repeat(50)).await;
    assert!(matches!(text, StoreError::BadBackup { .. }), "{text}");
    let cut = refused(&whole[..whole.len() / 2]).await;
    assert!(matches!(cut, StoreError::BadBackup { .. }), "{cut}");
    assert!(!data.join("avops.db").exists());
}

#[tokio::test]
async fn a_backup_or_restore_that_was_cut_off_can_be_repeated() {
    let (folder, store) = store().await;
    begin(&store, &new_run(id(1))).await;
    let place = TempDir::new().unwrap();
    let file = place.path().join("a.db");
    fs::write(place.path().join("a.db.part"), "half of an earlier one").unwrap();
    store.back_up(&file).await.unwrap();
    assert!(!place.path().join("a.db.part").exists());
    store.close().await.unwrap();

    // The old database was put aside, then the power went.
    fs::create_dir(folder.path().join("restoring")).unwrap();
    fs::write(folder.path().join("restoring/avops.db"), "half").unwrap();
    fs::rename(
        folder.path().join("avops.db"),
        folder.path().join("avops.db.before"),
    )
    .unwrap();
    let missing = Store::open_in(folder.path()).await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
    restore(folder.path(), &file, false, at(500)).await.unwrap();
    Store::open_in(folder.path()).await.unwrap();
}

#[tokio::test]
async fn backups_in_the_data_folder_are_listed_found_and_removed_by_name() {
    let (folder, store) = store().await;
    assert_eq!(store.backups().unwrap(), []);
    let (early, _) = store.back_up_here(at(0)).await.unwrap();
    let (late, facts) = store.back_up_here(at(60)).await.unwrap();
    fs::write(folder.path().join("backups/notes.txt"), "mine").unwrap();
    let listed = store.backups().unwrap();
    let names: Vec<&str> = listed.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, [late.as_str(), early.as_str()]);
    assert_eq!(listed[0].bytes, facts.bytes);
    assert_eq!(listed[0].made_at.as_second(), at(60).as_second());
    assert_eq!(mode(&folder.path().join("backups")), 0o700);
    let path = store.backup_path(&late).unwrap();
    assert_eq!(read_backup(&path).await.unwrap(), facts);
    for other in ["../avops.db", "notes.txt", "/etc/passwd"] {
        assert_eq!(store.backup_path(other), None, "{other}");
        assert!(!store.delete_backup(other).unwrap(), "{other}");
    }
    assert!(store.delete_backup(&late).unwrap());
    assert!(!store.delete_backup(&late).unwrap());
    assert_eq!(store.backups().unwrap().len(), 1);
}
