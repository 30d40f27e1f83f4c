//! Both dialects: what goes out and what each answer and each misbehaviour means.

use std::time::Duration;

use avops_llm::{
    CallResult, Message, ModelError, Provider, Script, Stop, ToolOffer, Transcript, Turn,
};
use serde_json::json;

use super::world::{desk, ready};

fn question() -> Transcript {
    Transcript::question("You look after rooms.", "Is BR4 online?", 500)
}

fn with_tools() -> Transcript {
    Transcript {
        tools: vec![ToolOffer {
            name: "zoom.room_status".to_owned(),
            description: "Reads how a room is".to_owned(),
            input_schema: json!({ "type": "object", "properties": { "room": { "type": "string" } }, "required": ["room"] }),
        }],
        ..question()
    }
}

async fn first_turn(provider: Provider, script: Script) -> Result<Turn, ModelError> {
    let desk = ready(&[provider]);
    desk.simulator().play(script);
    let asked = desk.ask(false, "test", &with_tools()).await?;
    assert_eq!(asked.turn.provider, provider);
    Ok(asked.turn)
}

#[tokio::test]
async fn words_come_back_with_what_they_took() {
    for provider in Provider::ALL {
        let turn = first_turn(provider, Script::Text("It is.".to_owned()))
            .await
            .unwrap();
        assert_eq!((turn.text.as_str(), turn.stop), ("It is.", Stop::Done));
        assert!(turn.usage.input_tokens > 0 && turn.usage.output_tokens > 0);
        assert_eq!(turn.model, provider.default_model());
    }
}

#[tokio::test]
async fn two_calls_and_their_results_make_a_conversation_that_the_provider_takes() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        let call = |room: &str| ("zoom.room_status".to_owned(), json!({ "room": room }));
        desk.simulator()
            .play(Script::Calls(vec![call("BR4"), call("BR5")]));
        let mut transcript = with_tools();
        let first = desk.ask(false, "test", &transcript).await.unwrap().turn;
        assert_eq!(first.stop, Stop::Calls);
        assert_eq!(first.calls.len(), 2);
        assert_eq!(first.calls[1].name, "zoom.room_status");
        assert_eq!(first.calls[1].arguments, json!({ "room": "BR5" }));
        let results = first.calls.iter().map(|call| CallResult {
            id: call.id.clone(),
            content: "{\"online\":true}".to_owned(),
            is_error: false,
        });
        let results: Vec<CallResult> = results.collect();
        transcript.messages.push(Message::Model(first.clone()));
        let mut incomplete = transcript.clone();
        incomplete.messages.push(Message::Results {
            results: results[..1].to_vec(),
        });
        let refused = desk.ask(false, "test", &incomplete).await.unwrap_err();
        assert_eq!(refused.kind(), "bad_request", "{refused}");
        transcript.messages.push(Message::Results { results });
        desk.simulator().play(Script::Text("Both are.".to_owned()));
        let second = desk.ask(false, "test", &transcript).await.unwrap().turn;
        assert_eq!(second.text, "Both are.");
        // The model's own turn goes back as it came.
        let sent = desk.simulator().seen().last().unwrap().to_string();
        for call in &first.calls {
            assert!(sent.contains(&call.id), "{sent}");
        }
        assert_eq!(
            sent.contains("\"signature\""),
            provider == Provider::Anthropic
        );
    }
}

#[tokio::test]
async fn a_turn_of_the_other_provider_is_written_anew() {
    let desk = ready(&[Provider::Anthropic]);
    let call = ("zoom.room_status".to_owned(), json!({ "room": "BR4" }));
    desk.simulator().play(Script::Calls(vec![call]));
    let mut transcript = with_tools();
    let turn = desk.ask(false, "test", &transcript).await.unwrap().turn;
    let results = vec![CallResult {
        id: turn.calls[0].id.clone(),
        content: "online".to_owned(),
        is_error: false,
    }];
    transcript.messages.push(Message::Model(turn));
    transcript.messages.push(Message::Results { results });
    desk.configure(super::world::config(
        &desk,
        &[Provider::OpenAi],
        Some(avops_llm::simulator::KEY),
    ))
    .unwrap();
    desk.ask(false, "test", &transcript).await.unwrap();
    let sent = desk.simulator().seen().last().unwrap().to_string();
    assert!(!sent.contains("signature"), "{sent}");
}

#[tokio::test]
async fn arguments_that_are_no_json_are_told_and_not_guessed() {
    let script = || Script::BrokenCall("zoom.room_status".to_owned());
    let turn = first_turn(Provider::OpenAi, script()).await.unwrap();
    assert!(turn.calls[0].fault.as_deref().unwrap().contains("not JSON"));
    assert!(turn.calls[0].arguments.is_null());
    let turn = first_turn(Provider::Anthropic, script()).await.unwrap();
    assert_eq!(turn.calls[0].arguments, json!({}));
}

#[tokio::test]
async fn each_misbehaviour_has_its_class_and_its_way_out() {
    let fault = |status, kind, wait| Script::Fault(status, kind, wait);
    for provider in Provider::ALL {
        for (script, kind) in [
            (fault(429, "rate_limit_error", Some(7)), "rate_limited"),
            (fault(429, "insufficient_quota", None), "quota_spent"),
            (fault(402, "billing_error", None), "quota_spent"),
            (fault(401, "authentication_error", None), "wrong_key"),
            (fault(403, "permission_error", None), "wrong_key"),
            (fault(404, "not_found_error", None), "no_such_model"),
            (fault(400, "context_length_exceeded", None), "too_long"),
            (fault(413, "request_too_large", None), "too_long"),
            (fault(400, "invalid_request_error", None), "bad_request"),
            (fault(500, "api_error", None), "overloaded"),
            (fault(529, "overloaded_error", None), "overloaded"),
            (fault(302, "moved", None), "malformed"),
            (Script::Refusal("not this".to_owned()), "declined"),
            (Script::Garbage("<html>"), "malformed"),
            (Script::Garbage("{}"), "malformed"),
            (Script::Garbage("[]"), "malformed"),
        ] {
            let told = format!("{provider:?} {script:?}");
            let error = first_turn(provider, script).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{told}: {error}");
            assert!(!error.hint().is_empty());
            if let ModelError::RateLimited { retry_after, .. } = error {
                assert_eq!(retry_after, Some(Duration::from_secs(7)));
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_says_so() {
    for provider in Provider::ALL {
        let turn = first_turn(provider, Script::CutShort("It i".to_owned()))
            .await
            .unwrap();
        assert_eq!(turn.stop, Stop::Length);
    }
}

#[tokio::test]
async fn a_wrong_key_is_called_wrong_and_is_not_repeated() {
    for provider in Provider::ALL {
        let desk = desk(&[provider], Some("sk-canary-of-a-wrong-key"));
        let error = desk.test(provider, false).await.unwrap_err();
        assert_eq!(error.kind(), "wrong_key", "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert!(!format!("{:?}", desk.config()).contains("canary"));
        assert!(matches!(
            desk.standing(false),
            avops_llm::Standing::Failing { .. }
        ));
    }
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_refused_before_anything_is_sent() {
    let desk = desk(&[Provider::OpenAi], Some("sk-\u{1}"));
    let error = desk.test(Provider::OpenAi, false).await.unwrap_err();
    assert_eq!(error.kind(), "wrong_key", "{error}");
    assert!(desk.simulator().seen().is_empty());
}
