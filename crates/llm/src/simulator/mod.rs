//! The providers in miniature on one loopback port, each in its own dialect, with answers that tests script.
//!
//! Without a script it answers what follows from the question alone, so that mock mode gives the same every time.

mod script;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use futures::stream;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Provider;
use crate::{anthropic, openai};
pub use script::Script;
pub(crate) use script::{Flow, answer_in_words, example, pieces};

/// The key that the simulated providers accept.
pub const KEY: &str = "sk-simulated-provider";

/// Most requests that are remembered.
const REMEMBERED: usize = 1000;

/// Running providers. They stop when this is dropped.
pub struct Simulator {
    address: SocketAddr,
    desk: Played,
    _running: DropGuard,
}

/// What both dialects share. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Played(Arc<Mutex<Play>>);

#[derive(Default)]
struct Play {
    to_come: VecDeque<Script>,
    seen: VecDeque<Value>,
    count: u64,
}

impl Simulator {
    /// Starts them on a free loopback port. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When there is no port.
    pub fn start() -> Result<Self, avops_tools::Error> {
        let failed = |cause| avops_tools::Error::Io {
            what: "the simulated model cannot listen on loopback".to_owned(),
            cause,
        };
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let listener = TcpListener::from_std(listener).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let desk = Played::default();
        let router = Router::new()
            .nest("/openai/v1", openai::simulator::routes())
            .nest("/anthropic", anthropic::simulator::routes())
            .with_state(desk.clone());
        let stop = CancellationToken::new();
        let until = stop.clone();
        tokio::spawn(async move {
            let serving = axum::serve(listener, router);
            if let Some(Err(error)) = until.run_until_cancelled(serving.into_future()).await {
                tracing::error!(%error, "the simulated model has stopped");
            }
        });
        Ok(Self {
            address,
            desk,
            _running: stop.drop_guard(),
        })
    }

    /// The base address of a provider.
    pub fn url(&self, provider: Provider) -> String {
        let path = match provider {
            Provider::OpenAi => "openai/v1",
            Provider::Anthropic => "anthropic",
        };
        format!("http://{}/{path}", self.address)
    }

    /// Says what the next question without a script gets.
    pub fn play(&self, script: Script) {
        self.desk.lock().to_come.push_back(script);
    }

    /// The questions that arrived, oldest first, as they travelled.
    pub fn seen(&self) -> Vec<Value> {
        self.desk.lock().seen.iter().cloned().collect()
    }
}

/// An answer that comes in events.
pub(crate) fn streamed(events: Vec<Event>, flow: Flow) -> Response {
    let told = stream::iter(events.into_iter().map(Ok::<Event, Infallible>));
    if flow == Flow::Hangs {
        return Sse::new(told.chain(stream::pending())).into_response();
    }
    Sse::new(told).into_response()
}

impl Played {
    fn lock(&self) -> MutexGuard<'_, Play> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a question down; gives its number and what is scripted for it.
    pub(crate) fn asked(&self, body: &Value) -> (u64, Option<Script>) {
        let mut play = self.lock();
        play.seen.push_back(body.clone());
        if play.seen.len() > REMEMBERED {
            play.seen.pop_front();
        }
        play.count += 1;
        (play.count, play.to_come.pop_front())
    }
}
