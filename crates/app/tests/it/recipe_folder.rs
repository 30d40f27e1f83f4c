//! The recipes folder and its git repository, with the real `git`.

use std::path::Path;
use std::process::Command;

use avops_app::recipe_folder::{self, CommitState};
use avops_app::recipes::{self, SaveRecipe};

use crate::world::World;

const FIRST: &str = "name: Folder recipe\nversion: 1\nintake: []\nplan: []\nact: []\nverify: []\n";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@corp.example"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

async fn look(world: &World, folder: &Path) {
    let problems = recipe_folder::pick_up(&world.app, folder).await.unwrap();
    assert_eq!(problems, Vec::<String>::new());
}

async fn state(world: &World) -> recipe_folder::RecipeCommit {
    let status = recipe_folder::status(&world.app, &world.owner)
        .await
        .unwrap();
    assert!(status.git, "{:?}", status.problem);
    status.recipes.into_iter().next().unwrap()
}

fn text(yaml: &str, changelog: &str) -> SaveRecipe {
    SaveRecipe {
        yaml: yaml.to_owned(),
        changelog: Some(changelog.to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_commits_one_file_and_leaves_what_is_staged() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "-q", "-b", "main"]);
    // A hostile repository: none of this may run.
    let hook = at.join(".git/hooks/post-commit");
    std::fs::write(&hook, "#!/bin/sh\ntouch hooked\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&hook, mode).unwrap();
    std::fs::write(at.join(".gitattributes"), "*.yaml filter=evil\n").unwrap();
    git(at, &["config", "filter.evil.clean", "touch filtered; cat"]);
    git(at, &["config", "core.fsmonitor", "touch monitored"]);
    std::fs::write(at.join("other.txt"), "mine\n").unwrap();
    Command::new("git")
        .args(["add", "other.txt"])
        .current_dir(at)
        .output()
        .unwrap();
    std::fs::remove_file(at.join("monitored")).ok();
    let world = World::with_recipes(at).await;
    recipes::create(&world.app, &world.owner, text(FIRST, "first"))
        .await
        .unwrap();
    let second = FIRST.replace("plan: []", "plan: [{ check: \"true\" }]");
    recipes::save(
        &world.app,
        &world.owner,
        "Folder recipe",
        text(&second, "a check"),
        None,
    )
    .await
    .unwrap();
    for ran in ["hooked", "filtered", "monitored"] {
        assert!(!at.join(ran).exists(), "{ran}");
    }
    git(at, &["config", "core.fsmonitor", "false"]);
    let log = git(at, &["log", "--format=%an|%s", "--name-only"]);
    assert_eq!(
        log.split_whitespace().collect::<Vec<_>>().join(" "),
        "olga|recipe: Folder recipe v2 — a check folder-recipe-v2.yaml olga|recipe: Folder recipe v1 — first folder-recipe.yaml"
    );
    assert!(git(at, &["diff", "--cached", "--name-only"]).contains("other.txt"));
    let now = state(&world).await;
    assert_eq!(
        (now.state, now.file.as_str()),
        (CommitState::Committed, "folder-recipe-v2.yaml")
    );
    // Its own files are no news.
    look(&world, at).await;
    assert_eq!(
        recipes::versions(&world.app, &world.owner, "Folder recipe")
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_editor_or_a_pull_changes_becomes_a_version_with_its_author() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "-q", "-b", "main"]);
    let file = at.join("mine.yaml");
    std::fs::write(&file, FIRST).unwrap();
    git(at, &["add", "mine.yaml"]);
    git(at, &["commit", "-q", "-m", "a first recipe"]);
    let world = World::with_recipes(at).await;
    look(&world, at).await;
    look(&world, at).await;
    let versions = recipes::versions(&world.app, &world.owner, "Folder recipe")
        .await
        .unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(
        (
            versions[0].author.as_str(),
            versions[0].changelog.as_deref()
        ),
        ("Ada", Some("a first recipe"))
    );
    assert_eq!(state(&world).await.state, CommitState::Committed);
    std::fs::write(
        &file,
        FIRST.replace("plan: []", "plan: [{ check: \"true\" }]"),
    )
    .unwrap();
    look(&world, at).await;
    assert_eq!(
        recipes::versions(&world.app, &world.owner, "Folder recipe")
            .await
            .unwrap()
            .len(),
        2
    );
    let now = state(&world).await;
    assert_eq!(now.state, CommitState::Changed);
    let command = now.command.unwrap();
    let done = Command::new("sh")
        .args(["-c", &command])
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@corp.example")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@corp.example")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert_eq!(state(&world).await.state, CommitState::Committed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_named_once_and_a_folder_without_git_says_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.yaml"), "name: 1\n").unwrap();
    let world = World::with_recipes(folder.path()).await;
    let problems = recipe_folder::pick_up(&world.app, folder.path())
        .await
        .unwrap();
    assert_eq!(problems.len(), 1);
    look(&world, folder.path()).await;
    let status = recipe_folder::status(&world.app, &world.owner)
        .await
        .unwrap();
    assert!(!status.git && status.problem.is_some());
}
