//! An answer of the chat as server-sent events, while it is being written.

use std::convert::Infallible;

use avops_app::chat::{self, ChatMessage, Ear, SayText, Spoken};
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::stream::unfold;
use futures::{FutureExt as _, Stream, StreamExt as _};
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Door;
use crate::auth::{By, Proof, lost};
use crate::body::Body;
use crate::error::Problem;

/// What is still to come of an answer.
struct Telling {
    told: UnboundedReceiver<Spoken>,
    answer: JoinHandle<Result<ChatMessage, avops_app::Error>>,
    /// Who closes the connection has heard enough.
    _stop: DropGuard,
}

/// `POST /api/v1/chat/stream`: `spoken` events while a model writes, then one `message` with the whole answer, or one
/// `problem`. Closing the connection stops the model; what it wrote until then is kept as its answer.
pub(crate) async fn say(
    State(door): State<Door>,
    By(by): By,
    proof: Proof,
    Body(said): Body<SayText>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let (tell, told) = unbounded_channel();
    let stop = CancellationToken::new();
    let ear = Ear {
        tell,
        stop: stop.clone(),
    };
    let ended = lost(door.app.clone(), by.clone(), proof);
    // A task of its own: what was begun is finished and kept, whoever listens.
    let answer = tokio::spawn(async move { chat::say_aloud(&door.app, &by, said, &ear).await });
    let telling = Telling {
        told,
        answer,
        _stop: stop.drop_guard(),
    };
    let stream = unfold(Some(telling), next).take_until(ended.boxed());
    Ok(Sse::new(stream).keep_alive(KeepAlive::new()))
}

async fn next(telling: Option<Telling>) -> Option<(Result<Event, Infallible>, Option<Telling>)> {
    let mut telling = telling?;
    if let Some(said) = telling.told.recv().await {
        return Some((Ok(event("spoken", &said)), Some(telling)));
    }
    let last = match telling.answer.await {
        Ok(Ok(message)) => event("message", &message),
        Ok(Err(error)) => event("problem", &Problem::from(error)),
        Err(error) => {
            let error = avops_app::Error::Internal(format!("the answer was lost: {error}"));
            event("problem", &Problem::from(error))
        }
    };
    Some((Ok(last), None))
}

fn event<T: Serialize>(name: &str, data: &T) -> Event {
    // What travels are texts and numbers; there is nothing that could fail.
    Event::default()
        .event(name)
        .json_data(data)
        .unwrap_or_default()
}
