//! Turns that are heard while they are being said, in both dialects.

use std::sync::{Arc, Mutex};

use avops_llm::{Asked, Desk, Heard, Listener, ModelError, Provider, Script, Stop, Transcript};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::world::ready;

/// What was heard, and what came of it. The listener stops after so many words, where it is told to.
struct Listened {
    heard: Vec<Heard>,
    outcome: Result<Asked, ModelError>,
}

impl Listened {
    fn words(&self) -> Vec<&str> {
        let words = self.heard.iter().filter_map(|heard| match heard {
            Heard::Words(words) => Some(words.as_str()),
            Heard::Anew => None,
        });
        words.collect()
    }
}

async fn listen(desk: &Desk, transcript: &Transcript, stop_after: Option<usize>) -> Listened {
    let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
    let (into, stop) = (Arc::clone(&heard), CancellationToken::new());
    let ends = stop.clone();
    let listener = Listener {
        hear: Arc::new(move |said| {
            let mut heard = into.lock().unwrap();
            heard.push(said);
            if stop_after.is_some_and(|most| heard.len() >= most) {
                ends.cancel();
            }
        }),
        stop,
    };
    let outcome = desk
        .ask_aloud(false, "chat", transcript, Some(&listener))
        .await;
    let heard = heard.lock().unwrap().clone();
    Listened { heard, outcome }
}

fn question() -> Transcript {
    Transcript::question("You help.", "How is it?", 500)
}

const WORDS: &str = "Größe matters: the room is online → go on.";

#[tokio::test]
async fn words_come_piece_by_piece_and_make_the_turn_with_its_tokens() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        desk.simulator().play(Script::Text(WORDS.to_owned()));
        let listened = listen(&desk, &question(), None).await;
        let asked = listened.outcome.as_ref().unwrap();
        assert!(listened.words().len() > 3, "{:?}", listened.heard);
        assert_eq!(listened.words().concat(), WORDS);
        assert_eq!(
            (asked.turn.text.as_str(), asked.turn.stop),
            (WORDS, Stop::Done)
        );
        assert!(asked.turn.usage.input_tokens > 0 && asked.turn.usage.output_tokens > 1);
        assert!(asked.cost_micro_usd.is_some());
        assert_eq!(desk.simulator().seen()[0]["stream"], true);
    }
}

#[tokio::test]
async fn calls_that_come_in_pieces_are_the_calls_of_a_whole_answer() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        let calls = vec![
            ("zoom.room_status".to_owned(), json!({ "room": "BR\"4\\ö" })),
            ("zoom.room_list".to_owned(), json!({})),
        ];
        desk.simulator().play(Script::Calls(calls.clone()));
        desk.simulator().play(Script::Calls(calls));
        let aloud = listen(&desk, &question(), None).await.outcome.unwrap().turn;
        let whole = desk.ask(false, "chat", &question()).await.unwrap().turn;
        assert_eq!(aloud.stop, Stop::Calls);
        let shown = |turn: &avops_llm::Turn| {
            let calls = turn.calls.iter();
            calls
                .map(|call| {
                    (
                        call.name.clone(),
                        call.arguments.clone(),
                        call.fault.clone(),
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&aloud), shown(&whole));
        assert!(aloud.calls.iter().all(|call| !call.id.is_empty()));
        // The turn goes back as it came: with its calls and, where there is one, the signature.
        assert_eq!(
            aloud.raw.to_string().contains("signature"),
            provider == Provider::Anthropic
        );
    }
}

#[tokio::test]
async fn a_broken_stream_is_no_answer() {
    for provider in Provider::ALL {
        for script in [
            Script::BreaksOff("The room is".to_owned()),
            Script::FaultAfter("The room is".to_owned()),
        ] {
            let desk = ready(&[provider]);
            desk.simulator().play(script);
            let listened = listen(&desk, &question(), None).await;
            let error = listened.outcome.unwrap_err();
            assert_eq!(error.kind(), "unreachable", "{error}");
            assert!(error.to_string().contains("broke off"), "{error}");
        }
    }
}

#[tokio::test]
async fn who_stands_in_begins_anew() {
    let desk = ready(&[Provider::Anthropic, Provider::OpenAi]);
    desk.simulator()
        .play(Script::FaultAfter("The room is".to_owned()));
    desk.simulator()
        .play(Script::Text("It is online.".to_owned()));
    let listened = listen(&desk, &question(), None).await;
    let at = listened
        .heard
        .iter()
        .position(|heard| *heard == Heard::Anew)
        .unwrap();
    assert!(at > 0);
    let after: Vec<Heard> = listened.heard[at + 1..].to_vec();
    assert!(after.iter().all(|heard| *heard != Heard::Anew));
    let asked = listened.outcome.unwrap();
    assert_eq!(asked.turn.text, "It is online.");
    assert_eq!(asked.instead_of.len(), 1);
}

#[tokio::test]
async fn a_turn_can_be_stopped_and_keeps_what_was_said() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        desk.simulator()
            .play(Script::Hangs("The room is online".to_owned()));
        let listened = listen(&desk, &question(), Some(2)).await;
        let turn = listened.outcome.unwrap().turn;
        assert_eq!(turn.stop, Stop::Stopped);
        assert!(
            "The room is online".starts_with(&turn.text) && !turn.text.is_empty(),
            "{turn:?}"
        );
        assert!(turn.usage.input_tokens > 0 && turn.usage.output_tokens > 0);
    }
}

#[tokio::test]
async fn a_server_that_knows_no_streams_answers_whole() {
    for provider in Provider::ALL {
        let desk = ready(&[provider]);
        desk.simulator().play(Script::Whole(WORDS.to_owned()));
        let listened = listen(&desk, &question(), None).await;
        assert_eq!(listened.words(), [WORDS]);
        assert_eq!(listened.outcome.unwrap().turn.text, WORDS);
        desk.simulator()
            .play(Script::Fault(400, "invalid_request_error", None));
        desk.simulator().play(Script::Text(WORDS.to_owned()));
        let listened = listen(&desk, &question(), None).await;
        assert_eq!(listened.words(), [WORDS]);
        let seen = desk.simulator().seen();
        assert!(seen.last().unwrap().get("stream").is_none());
        // A wrong key is no matter of streams.
        desk.simulator()
            .play(Script::Fault(401, "authentication_error", None));
        let listened = listen(&desk, &question(), None).await;
        assert_eq!(listened.outcome.unwrap_err().kind(), "wrong_key");
    }
}
