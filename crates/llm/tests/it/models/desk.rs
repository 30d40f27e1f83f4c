//! Who is asked, who stands in, and what is refused before anything is sent.

use avops_llm::simulator::KEY;
use avops_llm::{DeskConfig, ModelError, Provider, ProviderConfig, Script, Standing, Transcript};

use super::world::{config, desk, ready};

const BOTH: [Provider; 2] = [Provider::OpenAi, Provider::Anthropic];

fn question() -> Transcript {
    Transcript::question("You look after rooms.", "Is BR4 online?", 500)
}

#[tokio::test]
async fn the_second_provider_stands_in_for_one_that_cannot_answer() {
    let desk = ready(&BOTH);
    desk.simulator()
        .play(Script::Fault(529, "overloaded_error", None));
    let asked = desk.ask(false, "chat", &question()).await.unwrap();
    assert_eq!(asked.turn.provider, Provider::Anthropic);
    assert_eq!(asked.instead_of[0].0, Provider::OpenAi);
    assert!(asked.instead_of[0].1.contains("cannot answer now"));
    // The light is about the chosen one.
    assert!(matches!(desk.standing(false), Standing::Failing { .. }));
}

#[tokio::test]
async fn nobody_stands_in_when_the_question_itself_is_the_trouble() {
    let desk = ready(&BOTH);
    desk.simulator().play(Script::Refusal("no".to_owned()));
    let error = desk.ask(false, "chat", &question()).await.unwrap_err();
    assert_eq!(error.kind(), "declined");
    assert_eq!(desk.simulator().seen().len(), 1);
    assert!(matches!(desk.standing(false), Standing::Ready { .. }));
}

#[tokio::test]
async fn the_light_tells_apart_ready_no_key_failing_mock_and_off() {
    let desk = ready(&[Provider::OpenAi]);
    assert_eq!(desk.standing(false), Standing::Ready { seen: None });
    assert_eq!(desk.standing(true), Standing::Mock);
    desk.simulator().play(Script::Fault(500, "api_error", None));
    desk.ask(false, "chat", &question()).await.unwrap_err();
    assert!(matches!(desk.standing(false), Standing::Failing { .. }));
    // Another key is another chance.
    desk.configure(config(&desk, &[Provider::OpenAi], Some("sk-another-key")))
        .unwrap();
    assert_eq!(desk.standing(false), Standing::Ready { seen: None });
    desk.configure(DeskConfig::default()).unwrap();
    assert_eq!(desk.standing(false), Standing::NoKey);
    desk.configure(DeskConfig {
        is_outside_allowed: false,
        ..DeskConfig::default()
    })
    .unwrap();
    assert_eq!(desk.standing(false), Standing::Off);
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let desk = ready(&[Provider::OpenAi]);
    desk.configure(DeskConfig::default()).unwrap();
    let error = desk.ask(false, "chat", &question()).await.unwrap_err();
    assert_eq!(error.kind(), "no_key");
    assert!(error.hint().contains("Settings"));
}

#[tokio::test]
async fn mock_mode_asks_the_simulated_provider_whatever_is_set() {
    let desk = desk(&[Provider::Anthropic], None);
    desk.configure(DeskConfig {
        order: vec![Provider::Anthropic],
        is_outside_allowed: false,
        ..DeskConfig::default()
    })
    .unwrap();
    let asked = desk.ask(true, "chat", &question()).await.unwrap();
    assert!(asked.is_mock);
    assert_eq!(
        asked.turn.text,
        "This is the simulated model. It was asked: Is BR4 online?"
    );
    let error = desk.ask(false, "chat", &question()).await.unwrap_err();
    assert_eq!(error, ModelError::NoOutsideModel);
}

#[tokio::test]
async fn a_limit_stops_live_questions_before_they_are_sent() {
    let desk = ready(&[Provider::OpenAi]);
    for limited in [
        DeskConfig {
            daily_tokens: Some(1),
            ..config(&desk, &[Provider::OpenAi], Some(KEY))
        },
        DeskConfig {
            daily_micro_usd: Some(1),
            ..config(&desk, &[Provider::OpenAi], Some(KEY))
        },
    ] {
        desk.configure(limited).unwrap();
        let first = desk.ask(false, "chat", &question()).await;
        let before = desk.simulator().seen().len();
        let error = desk.ask(false, "chat", &question()).await.unwrap_err();
        assert_eq!(error.kind(), "limit", "{first:?}");
        assert_eq!(desk.simulator().seen().len(), before);
        desk.ask(true, "chat", &question()).await.unwrap();
    }
}

#[tokio::test]
async fn no_question_asks_for_more_tokens_than_the_workspace_allows() {
    let desk = ready(&[Provider::Anthropic]);
    desk.configure(DeskConfig {
        max_tokens: 100,
        ..config(&desk, &[Provider::Anthropic], Some(KEY))
    })
    .unwrap();
    desk.ask(false, "chat", &question()).await.unwrap();
    assert_eq!(desk.simulator().seen()[0]["max_tokens"], 100);
}

#[tokio::test]
async fn models_are_listed_from_the_provider_and_a_test_asks_the_model() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        let models = desk.models(provider, false).await.unwrap();
        assert!(models.contains(&provider.default_model().to_owned()));
        let tested = desk.test(provider, false).await.unwrap();
        assert_eq!(tested.models, models.len());
        assert!(tested.cost_micro_usd.unwrap() > 0);
        assert!(matches!(
            desk.standing(false),
            Standing::Ready { seen: Some(_) }
        ));
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_refused_and_the_settings_stay() {
    let desk = ready(&[Provider::OpenAi]);
    let mut wrong = config(&desk, &[Provider::OpenAi], Some(KEY));
    for url in [
        "ftp://models.example",
        "http://169.254.169.254/v1",
        "models",
    ] {
        let settings = ProviderConfig {
            base_url: Some(url.to_owned()),
            ..wrong.of(Provider::OpenAi)
        };
        wrong.providers.insert(Provider::OpenAi, settings);
        desk.configure(wrong.clone()).unwrap_err();
    }
    desk.ask(false, "chat", &question()).await.unwrap();
}
