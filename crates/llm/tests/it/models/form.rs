//! Answers in a form: nothing that does not fit it gets through.

use avops_llm::{Form, Provider, Script, Transcript, answer_in_form};
use serde_json::{Value, json};

use super::world::ready;

fn in_form() -> Transcript {
    Transcript {
        output: Some(Form {
            name: "verdict".to_owned(),
            schema: json!({ "type": "object", "required": ["ok"], "properties": { "ok": { "type": "boolean" } }, "additionalProperties": false }),
        }),
        ..Transcript::question("You judge.", "Is it well?", 500)
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_again_with_the_reason() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        for text in ["yes", "```json\n{\"ok\": \"yes\"}\n```", "{\"ok\": true}"] {
            desk.simulator().play(Script::Text(text.to_owned()));
        }
        let answered = answer_in_form(&desk, false, "test", in_form())
            .await
            .unwrap();
        assert_eq!(answered.value, json!({ "ok": true }));
        assert_eq!(answered.turns.len(), 3);
        let told = desk.simulator().seen()[2]["messages"].to_string();
        assert!(told.contains("not JSON") && told.contains("/ok"), "{told}");
    }
}

#[tokio::test]
async fn after_two_repairs_it_is_given_up() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        for _ in 0..4 {
            desk.simulator().play(Script::Text(String::new()));
        }
        let error = answer_in_form(&desk, false, "test", in_form())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "wrong_form");
        assert_eq!(desk.simulator().seen().len(), 3);
    }
}

#[tokio::test]
async fn the_form_travels_in_the_providers_own_way() {
    let sent = async |provider: Provider, model: &str| -> Value {
        let desk = ready(&[provider]);
        let mut config = (*desk.config()).clone();
        let mut settings = config.of(provider);
        model.clone_into(&mut settings.model);
        config.providers.insert(provider, settings);
        desk.configure(config).unwrap();
        answer_in_form(&desk, false, "test", in_form())
            .await
            .unwrap();
        desk.simulator().seen()[0].clone()
    };
    let body = sent(Provider::OpenAi, "gpt-4o-mini").await;
    assert_eq!(body["response_format"]["json_schema"]["strict"], true);
    let body = sent(Provider::Anthropic, "claude-sonnet-5-5").await;
    assert_eq!(body["output_config"]["format"]["type"], "json_schema");
    let body = sent(Provider::Anthropic, "claude-3-5-sonnet-latest").await;
    assert!(body["output_config"].is_null());
    assert!(body["system"].as_str().unwrap().contains("JSON Schema"));
}
