//! An outside tool that keeps a ledger of everything it did, and can say when it is in the middle of it.
//!
//! It speaks the plain connector protocol: `GET /health`, `POST /action`. Three actions, one of each kind:
//! `look` reads, `put` writes and honours the idempotency key, `ring` writes and acts again on every call.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// Where in a call the tool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The call was read, nothing is done yet.
    Received,
    /// The effect is done, the answer is not sent.
    Acted,
    /// The answer is about to leave.
    Answered,
}

/// One thing the tool did.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// `put` or `ring`.
    pub action: String,
    /// The idempotency key it came with.
    pub key: String,
    /// Its arguments.
    pub args: Value,
}

/// The running tool.
#[derive(Debug, Clone)]
pub struct Ledger {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    book: Mutex<Book>,
    moments: broadcast::Sender<Moment>,
    pause: Duration,
}

#[derive(Debug, Default)]
struct Book {
    effects: Vec<Effect>,
    answers: HashMap<String, Value>,
    calls: HashMap<String, u64>,
}

impl Ledger {
    /// Opens the tool on a free loopback port. It rests for `pause` at each [`Moment`], so that a kill can hit it.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start(pause: Duration) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (moments, _) = broadcast::channel(1024);
        let shared = Arc::new(Shared {
            book: Mutex::default(),
            moments,
            pause,
        });
        let router = Router::new()
            .route("/health", get(async || Json(json!({ "ok": true }))))
            .route("/action", post(act))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, shared })
    }

    /// The address to register.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The body that registers it as tool `name`.
    pub fn registration(&self, name: &str) -> Value {
        let input =
            json!({ "type": "object", "properties": { "n": {} }, "additionalProperties": true });
        json!({
            "name": name,
            "kind": "http",
            "base_url": self.base_url(),
            "actions": {
                "look": { "effect": "read", "repeat": "safe", "input_schema": input },
                "put": { "effect": "write", "repeat": "keyed", "input_schema": input },
                "ring": { "effect": "write", "repeat": "once", "input_schema": input },
            },
        })
    }

    /// Tells when the tool is in the middle of a write.
    pub fn moments(&self) -> broadcast::Receiver<Moment> {
        self.shared.moments.subscribe()
    }

    /// Everything the tool did, in order.
    pub fn effects(&self) -> Vec<Effect> {
        self.book().effects.clone()
    }

    /// How often `action` was called, repetitions included.
    pub fn calls(&self, action: &str) -> u64 {
        self.book().calls.get(action).copied().unwrap_or_default()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.shared
            .book
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Json<Value> {
    let action = body
        .get("action")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let args = body.get("args").cloned().unwrap_or_default();
    let key = headers
        .get("idempotency-key")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    if action != "look" {
        rest(&shared, Moment::Received).await;
    }
    let answer = {
        let mut book = shared.book.lock().unwrap_or_else(PoisonError::into_inner);
        *book.calls.entry(action.clone()).or_default() += 1;
        book.carry_out(&action, key, args)
    };
    if action != "look" {
        rest(&shared, Moment::Acted).await;
        rest(&shared, Moment::Answered).await;
    }
    Json(answer)
}

async fn rest(shared: &Shared, moment: Moment) {
    // Nobody listening is fine: the moments are for those who want to strike.
    drop(shared.moments.send(moment));
    if !shared.pause.is_zero() {
        tokio::time::sleep(shared.pause).await;
    }
}

impl Book {
    fn carry_out(&mut self, action: &str, key: String, args: Value) -> Value {
        if action == "look" {
            return json!({ "ok": true, "result": { "n": args.get("n"), "status": "online" } });
        }
        if action == "put"
            && let Some(answer) = self.answers.get(&key)
        {
            return answer.clone();
        }
        let number = self.effects.len() + 1;
        let answer = json!({
            "ok": true,
            "result": { "n": args.get("n"), "number": number },
            "artifacts": [{ "kind": "ticket", "title": format!("Entry {number}"), "external_id": number.to_string() }],
        });
        self.effects.push(Effect {
            action: action.to_owned(),
            key: key.clone(),
            args,
        });
        if action == "put" {
            self.answers.insert(key, answer.clone());
        }
        answer
    }
}
