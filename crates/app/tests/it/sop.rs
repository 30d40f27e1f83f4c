//! Procedures in words: who drafts, what it took, and what is said when no model can.

use avops_app::chat::{self, Card, SayText};
use avops_app::settings::{self, SettingsChange};
use avops_app::sop::{self, SopChoice, SopDraft, SopEngine, SopExpected, SopText};
use avops_llm::simulator::KEY;
use avops_llm::{Provider, Script};
use serde_json::{Value, json};

use crate::world::World;

const TEXT: &str = "Steps:\n- Gather room\n- Restart the Zoom Room\n- Verify it is online";

fn wanted(engine: SopChoice) -> SopText {
    SopText {
        text: TEXT.to_owned(),
        engine,
        ..SopText::default()
    }
}

async fn convert(world: &World, engine: SopChoice) -> SopDraft {
    sop::convert(&world.app, &world.owner, wanted(engine))
        .await
        .unwrap()
}

async fn change(world: &World, change: Value) -> settings::Settings {
    let change: SettingsChange = serde_json::from_value(change).unwrap();
    settings::change(&world.app, &world.owner, change)
        .await
        .unwrap()
}

/// A draft of one manual step for every line that wants something.
fn answer() -> String {
    let step = |line: u32, part: &str, text: &str| {
        json!({ "line": line, "part": part, "verb": "manual", "action": null, "with": [], "text": text,
            "to": null, "result": null, "when": null, "until": null })
    };
    json!({
        "title": "Restart", "description": "Restart the Zoom Room", "minutes": null,
        "inputs": [{ "name": "room", "question": "Which room?", "type": "string", "default": null, "line": 2 }],
        "steps": [step(3, "do", "Restart the Zoom Room"), step(4, "after", "Verify it is online")],
        "unused": [], "assumptions": [], "questions": [],
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_drafts_where_one_is_set_up_and_what_it_took_is_told() {
    for provider in Provider::ALL {
        let world = World::new().await;
        let url = world.models.simulator().url(provider);
        let of = json!({ "base_url": url, "key": KEY });
        let called = provider.as_str();
        let with_it = json!({ "mock": false, "provider": called, called: of });
        change(&world, with_it).await;
        for choice in [SopChoice::Auto, SopChoice::Model] {
            world.models.simulator().play(Script::Text(answer()));
            let draft = convert(&world, choice).await;
            assert_eq!(draft.engine, SopEngine::Model, "{:?}", draft.reason);
            let work = draft.work.unwrap();
            assert_eq!(work.provider, provider.title());
            assert_eq!(work.model, provider.default_model());
            assert_eq!((work.rounds, work.mock), (1, false));
            assert!(work.cost_usd.is_some() && work.input_tokens > 0);
            assert!(
                draft
                    .diagnostics
                    .iter()
                    .all(|found| found.severity != avops_recipe::Severity::Error)
            );
        }
        let asked = world.models.simulator().seen().len();
        let draft = convert(&world, SopChoice::Rules).await;
        assert_eq!((draft.engine, draft.reason), (SopEngine::Rules, None));
        assert_eq!(world.models.simulator().seen().len(), asked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_the_rules_draft_and_the_reason_is_told() {
    let world = World::new().await;
    let draft = convert(&world, SopChoice::Auto).await;
    assert_eq!(draft.engine, SopEngine::Rules);
    assert!(draft.reason.unwrap().contains("mock"));
    assert!(world.models.simulator().seen().is_empty());
    // The simulated model has nothing to say of its own.
    let draft = convert(&world, SopChoice::Model).await;
    assert_eq!(draft.engine, SopEngine::Rules);
    assert!(draft.reason.unwrap().contains("no step"));
    change(&world, json!({ "mock": false })).await;
    let draft = convert(&world, SopChoice::Model).await;
    assert!(draft.reason.unwrap().contains("no model is set up"));
    let url = world.models.simulator().url(Provider::OpenAi);
    change(&world, json!({ "openai": { "base_url": url, "key": KEY } })).await;
    let fault = Script::Fault(429, "insufficient_quota", None);
    world.models.simulator().play(fault);
    let draft = convert(&world, SopChoice::Model).await;
    assert_eq!(draft.engine, SopEngine::Rules);
    assert!(draft.reason.unwrap().contains("used up"));
    assert!(draft.yaml.contains("zoom."), "{}", draft.yaml);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_rounds_is_a_setting() {
    let world = World::new().await;
    let settings = change(&world, json!({ "sop_rounds": 2 })).await;
    assert_eq!(settings.models.sop_rounds, 2);
    for _ in 0..4 {
        let script = Script::Text(answer().replace("\"line\":3", "\"line\":77"));
        world.models.simulator().play(script);
    }
    let draft = convert(&world, SopChoice::Model).await;
    assert_eq!(draft.work.unwrap().rounds, 2);
    let too_many: SettingsChange = serde_json::from_value(json!({ "sop_rounds": 0 })).unwrap();
    let refused = settings::change(&world.app, &world.owner, too_many).await;
    assert!(refused.is_err());
    let settings = change(&world, json!({ "sop_rounds": null })).await;
    assert_eq!(settings.models.sop_rounds, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_takes_the_choice_and_shows_who_drafted() {
    let world = World::new().await;
    world.models.simulator().play(Script::Text(answer()));
    let said = SayText {
        text: format!("/sop engine=model\n{TEXT}"),
        ..SayText::default()
    };
    let answer = chat::say(&world.app, &world.owner, said).await.unwrap();
    let [Card::Draft { draft }] = answer.body.cards.as_slice() else {
        panic!("{:?}", answer.body.cards);
    };
    assert_eq!(draft.by, SopEngine::Model);
    assert!(draft.work.as_ref().unwrap().mock);
    let said = SayText {
        text: format!("/sop engine=oracle\n{TEXT}"),
        ..SayText::default()
    };
    let answer = chat::say(&world.app, &world.owner, said).await.unwrap();
    let [Card::Mistake { mistake }] = answer.body.cards.as_slice() else {
        panic!("{:?}", answer.body.cards);
    };
    assert!(mistake.message.contains("no engine"), "{}", mistake.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_scored_against_what_was_expected() {
    let world = World::new().await;
    let expected = json!({
        "steps": ["act action zoom.restart", "verify check", "act action nowhere.to_be_found"],
        "gated": ["zoom.restart"], "inputs": ["room"], "mapped": [2, 3, 4],
    });
    let wanted = SopExpected {
        sop: wanted(SopChoice::Rules),
        expected: serde_json::from_value(expected).unwrap(),
    };
    let scored = sop::score(&world.app, &world.owner, wanted).await.unwrap();
    assert!((scored.score.items - 0.75).abs() < 1e-9, "{scored:?}");
    assert!((scored.score.gates - 1.0).abs() < 1e-9);
    assert_eq!(scored.score.missed.len(), 1, "{:?}", scored.score.missed);
    assert!(scored.mean < 1.0 && scored.mean > 0.5);
}
