//! Settings of tools: kept sealed, opened only with the folder's key.

use std::path::Path;

use avops_store::Store;
use jiff::Timestamp;

const CANARY: &str = "canary-7f3a91c2";

async fn values(store: &Store) -> Vec<(String, String, Option<String>)> {
    let rows = store.tool_settings().await.unwrap();
    rows.into_iter()
        .map(|row| (row.tool, row.name, row.value.map(|v| v.as_str().to_owned())))
        .collect()
}

async fn set(store: &Store, tool: &str, name: &str, value: Option<&str>) {
    store
        .set_tool_settings(tool, &[(name, value)], "ada", Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
}

fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(text.len()).any(|w| w == text.as_bytes())
        })
        .map(|path| path.display().to_string())
        .collect()
}

#[tokio::test]
async fn they_come_back_after_a_restart_and_no_file_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    set(&store, "zoom", "client_secret", Some(CANARY)).await;
    set(&store, "slack", "token", Some("first")).await;
    set(&store, "slack", "token", Some("second")).await;
    set(&store, "slack", "webhook", Some("gone")).await;
    set(&store, "slack", "webhook", None).await;
    assert!(files_with(folder.path(), CANARY).is_empty());
    store.close().await.unwrap();
    assert!(files_with(folder.path(), CANARY).is_empty());
    assert!(
        !files_with(folder.path(), "client_secret").is_empty(),
        "the search finds what is there"
    );
    let store = Store::open_in(folder.path()).await.unwrap();
    let kept = |tool: &str, name: &str, value: &str| {
        (tool.to_owned(), name.to_owned(), Some(value.to_owned()))
    };
    assert_eq!(
        values(&store).await,
        [
            kept("slack", "token", "second"),
            kept("zoom", "client_secret", CANARY)
        ]
    );
}

#[tokio::test]
async fn a_new_key_opens_everything_and_the_old_one_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    set(&store, "zoom", "client_secret", Some(CANARY)).await;
    let file = folder.path().join("secrets.key");
    let old = std::fs::read(&file).unwrap();
    assert_eq!(store.rotate_tool_settings_key().await.unwrap(), 1);
    assert_ne!(std::fs::read(&file).unwrap(), old);
    assert_eq!(values(&store).await[0].2.as_deref(), Some(CANARY));
    store.close().await.unwrap();
    std::fs::write(&file, old).unwrap();
    let store = Store::open_in(folder.path()).await.unwrap();
    assert_eq!(values(&store).await[0].2, None);
    let refused = store.rotate_tool_settings_key().await.unwrap_err();
    assert!(
        refused.to_string().contains("client_secret of zoom"),
        "{refused}"
    );
}
