//! Language models as they are set up: sources, keys that are never shown, tries, limits.

use avops_app::audit;
use avops_app::models::{self, ModelState, TryProvider};
use avops_app::settings::{self, SettingSource, Settings, SettingsChange};
use avops_app::{Error, PageRequest, Role};
use avops_llm::simulator::KEY;
use avops_llm::{Provider, Script};
use serde_json::{Value, json};

use crate::world::World;

const CANARY: &str = "sk-canary-0123456789-tail";

async fn changed(world: &World, change: Value) -> Result<Settings, Error> {
    let change: SettingsChange = serde_json::from_value(change).unwrap();
    settings::change(&world.app, &world.owner, change).await
}

/// Live settings whose provider is the simulated one, reached as a server of one's own would be.
async fn live(world: &World, key: &str) {
    let url = world.models.simulator().url(Provider::OpenAi);
    let change = json!({ "mock": false, "openai": { "base_url": url, "key": key } });
    changed(world, change).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_but_anthropic_is_openai_and_each_has_its_default_model() {
    let world = World::new().await;
    let fresh = settings::get(&world.app, &world.owner).await.unwrap();
    assert_eq!(fresh.models.provider, Provider::OpenAi);
    assert_eq!(fresh.models.provider_source, SettingSource::Default);
    assert_eq!(fresh.model_status.state, ModelState::Mock);
    for (word, model) in [
        ("ANTHROPIC", "claude-3-5-sonnet-latest"),
        ("claude", "gpt-4o-mini"),
        ("Anthropic", "claude-3-5-sonnet-latest"),
        ("", "gpt-4o-mini"),
    ] {
        let settings = changed(&world, json!({ "provider": word })).await.unwrap();
        assert_eq!(settings.model_status.model, model, "{word}");
        assert_eq!(settings.models.provider_source, SettingSource::Workspace);
    }
    let own = json!({ "openai": { "model": "gpt-4.1" } });
    let settings = changed(&world, own).await.unwrap();
    assert_eq!(settings.model_status.model, "gpt-4.1");
    let world = world.restart().await;
    let kept = settings::get(&world.app, &world.owner).await.unwrap();
    assert_eq!(kept.model_status.model, "gpt-4.1");
    let back = json!({ "openai": { "model": null } });
    let settings = changed(&world, back).await.unwrap();
    assert_eq!(settings.model_status.model, "gpt-4o-mini");
    assert_eq!(
        settings.models.providers[0].model_source,
        SettingSource::Default
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_sealed_and_never_shown() {
    let world = World::new().await;
    let change = json!({ "anthropic": { "key": format!(" {CANARY}\n") } });
    let settings = changed(&world, change).await.unwrap();
    let shown = serde_json::to_string(&settings).unwrap();
    assert!(!shown.contains("canary"), "{shown}");
    let key = &settings.models.providers[1].key;
    assert_eq!(key.last4.as_deref(), Some("tail"));
    assert_eq!(key.source, Some(SettingSource::Workspace));
    assert_eq!(key.updated_by.as_deref(), Some("olga"));
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(trail.items[0].what, "settings.key.set");
    assert!(!serde_json::to_string(&trail).unwrap().contains("canary"));
    for file in std::fs::read_dir(world.folder()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("canary"), "{}", path.display());
        }
    }
    let world = world.restart().await;
    let kept = settings::get(&world.app, &world.owner).await.unwrap();
    assert!(kept.models.providers[1].key.set);
    let cleared = changed(&world, json!({ "anthropic": { "key": null } }))
        .await
        .unwrap();
    assert!(!cleared.models.providers[1].key.set);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_gives_what_nobody_set_here() {
    let variables = [
        ("OPENAI_API_KEY", "sk-of-the-environment"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"),
    ];
    let world = World::with_environment(&variables).await;
    let of = |settings: &Settings| settings.models.providers[0].clone();
    let fresh = of(&settings::get(&world.app, &world.owner).await.unwrap());
    assert_eq!(fresh.key.source, Some(SettingSource::Environment));
    assert_eq!(fresh.key.last4.as_deref(), Some("ment"));
    assert_eq!(fresh.base_url, "http://127.0.0.1:9/v1");
    assert_eq!(fresh.base_url_source, SettingSource::Environment);
    let set = json!({ "openai": { "key": CANARY, "base_url": "http://127.0.0.1:8/v1" } });
    let set = of(&changed(&world, set).await.unwrap());
    assert_eq!(set.key.source, Some(SettingSource::Workspace));
    assert_eq!(set.base_url, "http://127.0.0.1:8/v1");
    let back = json!({ "openai": { "key": null, "base_url": null } });
    assert_eq!(of(&changed(&world, back).await.unwrap()), fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_called_wrong_and_the_right_one_is_ready() {
    let world = World::new().await;
    live(&world, CANARY).await;
    let test = TryProvider::default();
    let tried = models::try_provider(&world.app, &world.owner, &test)
        .await
        .unwrap();
    assert_eq!((tried.ok, tried.mock), (false, false));
    assert_eq!(tried.kind.as_deref(), Some("wrong_key"));
    let status = models::status(&world.app, &world.owner).unwrap();
    assert_eq!(status.state, ModelState::Failing);
    live(&world, KEY).await;
    let status = models::status(&world.app, &world.owner).unwrap();
    assert_eq!(status.state, ModelState::Ready);
    let tried = models::try_provider(&world.app, &world.owner, &test)
        .await
        .unwrap();
    assert!(tried.ok && tried.cost_usd.unwrap() > 0.0, "{tried:?}");
    let settings = changed(&world, json!({ "mock": true })).await.unwrap();
    assert_eq!(settings.model_status.state, ModelState::Mock);
    assert!(settings.models.used_tokens > 0 && settings.models.used_usd > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_the_light_says_so_and_nothing_is_asked() {
    let world = World::new().await;
    let settings = changed(&world, json!({ "mock": false })).await.unwrap();
    assert_eq!(settings.model_status.state, ModelState::NoKey);
    assert!(
        settings
            .model_status
            .hint
            .unwrap()
            .contains("OPENAI_API_KEY")
    );
    let error = models::list(&world.app, &world.owner, "openai")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    let settings = changed(&world, json!({ "outside": false })).await.unwrap();
    assert_eq!(settings.model_status.state, ModelState::Off);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_reached_fails_the_test_and_says_which() {
    let world = World::new().await;
    live(&world, KEY).await;
    changed(&world, json!({ "daily_usd": 0.000_001 }))
        .await
        .unwrap();
    let test = TryProvider::default();
    models::try_provider(&world.app, &world.owner, &test)
        .await
        .unwrap();
    let again = world
        .models
        .ask(
            false,
            "chat",
            &avops_llm::Transcript::question("You look after rooms.", "Well?", 100),
        )
        .await
        .unwrap_err();
    assert!(again.to_string().contains("the limit is $0.00"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_is_refused_whole_and_without_the_key() {
    let world = World::new().await;
    let before = settings::get(&world.app, &world.owner).await.unwrap();
    for change in [
        json!({ "provider": "anthropic", "openai": { "base_url": "ftp://models.example" } }),
        json!({ "provider": "anthropic", "openai": { "base_url": "http://169.254.169.254/" } }),
        json!({ "provider": "anthropic", "openai": { "model": " " } }),
        json!({ "provider": "anthropic", "openai": { "key": "canary with spaces" } }),
        json!({ "provider": "anthropic", "openai": { "key": "" } }),
        json!({ "provider": "anthropic", "max_tokens": 0 }),
        json!({ "provider": "anthropic", "daily_usd": -1 }),
    ] {
        let told = change.to_string();
        let error = changed(&world, change).await.unwrap_err();
        assert!(matches!(error, Error::BadInput { .. }), "{told}: {error:?}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        let after = settings::get(&world.app, &world.owner).await.unwrap();
        assert_eq!(after, before, "{told}");
        assert_eq!(world.models.config().chosen(), Provider::OpenAi, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_what_a_setting_was_and_what_it_became() {
    let world = World::new().await;
    changed(&world, json!({ "provider": "anthropic", "mock": false }))
        .await
        .unwrap();
    changed(&world, json!({ "provider": "anthropic" }))
        .await
        .unwrap();
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let told: Vec<(&str, &str)> = trail
        .items
        .iter()
        .map(|line| (line.object.as_str(), line.reason.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("mock", "true → false"),
            ("model.provider", "not set → anthropic")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_manages_the_workspace_tries_providers_and_sets_keys() {
    let world = World::new().await;
    let author = World::actor(Role::Author, false);
    let key: SettingsChange =
        serde_json::from_value(json!({ "openai": { "key": CANARY } })).unwrap();
    let refused = settings::change(&world.app, &author, key).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
    let refused = models::try_provider(&world.app, &author, &TryProvider::default()).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
    let refused = models::list(&world.app, &author, "openai").await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
    models::status(&world.app, &World::actor(Role::Viewer, false)).unwrap();
    let unknown = models::list(&world.app, &world.owner, "google").await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_provider_stands_in_only_when_that_is_set() {
    let world = World::new().await;
    live(&world, KEY).await;
    let url = world.models.simulator().url(Provider::Anthropic);
    let second = json!({ "fallback": true, "anthropic": { "base_url": url, "key": KEY } });
    changed(&world, second).await.unwrap();
    let question = avops_llm::Transcript::question("You look after rooms.", "Well?", 100);
    let fault = || Script::Fault(529, "overloaded_error", None);
    world.models.simulator().play(fault());
    let asked = world.models.ask(false, "chat", &question).await.unwrap();
    assert_eq!(asked.turn.provider, Provider::Anthropic);
    changed(&world, json!({ "fallback": false })).await.unwrap();
    world.models.simulator().play(fault());
    let error = world.models.ask(false, "chat", &question).await;
    assert_eq!(error.unwrap_err().kind(), "overloaded");
}
