//! Live views as server-sent events. A run's stream is its journal, without gaps; the workspace's is a hint.
//! Either ends when its reader's token or session does.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use avops_app::{Actor, App, runs};
use avops_engine::{Change, Entry, Event as RunEvent, RunId, Seq};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::stream::unfold;
use futures::{FutureExt as _, Stream, StreamExt as _};
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::Door;
use crate::api::run_id;
use crate::auth::{By, Proof, lost};
use crate::error::Problem;

/// Hints may be lost, so the journal is looked at this often all the same.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Tail {
    app: App,
    by: Actor,
    run: RunId,
    after: Seq,
    ready: VecDeque<Entry>,
    changes: Receiver<Change>,
    over: bool,
}

/// `GET /api/v1/runs/{run}/events`: the journal from the number after `Last-Event-ID` on; ends with the run.
pub(crate) async fn run(
    State(door): State<Door>,
    By(by): By,
    proof: Proof,
    Path(run): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let run = run_id(&run)?;
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("0");
    let after = last
        .parse::<Seq>()
        .map_err(|_| Problem::bad_request("Last-Event-ID must be a number"))?;
    let changes = runs::changes(&door.app, &by)?;
    let ready: VecDeque<_> = runs::entries(&door.app, &by, run, after).await?.into();
    // A run that is over has nothing to follow: the stream ends with what is left of it.
    let state = runs::wait(&door.app, &by, run, Duration::ZERO).await?;
    let over = state.status.is_final() && after >= state.seq;
    let ended = lost(door.app.clone(), by.clone(), proof);
    let tail = Tail {
        app: door.app,
        by,
        run,
        after,
        ready,
        changes,
        over,
    };
    let stream = unfold(tail, next_entry).take_until(ended.boxed());
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

async fn next_entry(mut tail: Tail) -> Option<(Result<Event, Infallible>, Tail)> {
    loop {
        if tail.over {
            return None;
        }
        if let Some(entry) = tail.ready.pop_front() {
            tail.after = entry.seq;
            tail.over = matches!(entry.event, RunEvent::Finished { .. });
            let event = Event::default()
                .id(entry.seq.to_string())
                .event("entry")
                .json_data(&entry);
            return Some((Ok(event.unwrap_or_default()), tail));
        }
        wait_for_change(&mut tail).await?;
        // A reading error ends the stream; the browser comes back with the last number it has.
        tail.ready = runs::entries(&tail.app, &tail.by, tail.run, tail.after)
            .await
            .ok()?
            .into();
    }
}

async fn wait_for_change(tail: &mut Tail) -> Option<()> {
    let run = tail.run;
    let changes = &mut tail.changes;
    let seen = async {
        loop {
            match changes.recv().await {
                Ok(change) if change.run != run => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    };
    tokio::time::timeout(LOOK_AGAIN, seen)
        .await
        .unwrap_or(Some(()))
}

/// `GET /api/v1/events`: which runs changed. May skip; then it says `gap`, and readers ask for what they show.
pub(crate) async fn all(
    State(door): State<Door>,
    By(by): By,
    proof: Proof,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let changes = runs::changes(&door.app, &by)?;
    let stream = unfold(changes, |mut changes| async move {
        let event = match changes.recv().await {
            Ok(change) => Event::default().event("run").json_data(
                json!({ "run_id": change.run, "seq": change.seq, "status": change.status }),
            ),
            Err(RecvError::Lagged(missed)) => Event::default()
                .event("gap")
                .json_data(json!({ "missed": missed })),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event.unwrap_or_default()), changes))
    });
    let stream = stream.take_until(lost(door.app, by, proof).boxed());
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}
