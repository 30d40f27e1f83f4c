//! Tools that act and say so, act and keep silent, do nothing, or hang.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{Artifact, Clock, ToolCall, ToolError, ToolReply, Toolbox};
use avops_recipe::{Effect, Repeat, Vocabulary};
use rand::Rng;
use serde_json::json;

use super::truth::{Shared, locked};
use crate::world::{WorldClock, vocabulary};

/// The tools of one life.
pub(super) struct Tools {
    pub(super) truth: Shared,
    pub(super) life: u32,
    pub(super) clock: Arc<WorldClock>,
}

#[derive(Clone, Copy)]
enum Fate {
    Ok,
    Slow,
    NotSent,
    Refused,
    UnknownActed,
    UnknownNotActed,
    Hang { acts: bool },
}

impl Tools {
    fn fate(&self) -> Fate {
        let mut truth = locked(&self.truth);
        if truth.healed {
            return Fate::Ok;
        }
        let (fate, name) = match truth.chance.random_range(0..100) {
            0..=3 => (Fate::NotSent, "not sent"),
            4..=5 => (Fate::Refused, "refused"),
            6..=9 => (Fate::UnknownActed, "unknown, acted"),
            10..=12 => (Fate::UnknownNotActed, "unknown, not acted"),
            13..=32 => (Fate::Slow, "slow"),
            33..=35 => {
                let acts = truth.chance.random_bool(0.5);
                (Fate::Hang { acts }, "hang")
            }
            _ => (Fate::Ok, "ok"),
        };
        truth.seen.note(name);
        fate
    }

    fn pause(&self, most_ms: u64) -> Duration {
        Duration::from_millis(locked(&self.truth).chance.random_range(0..most_ms))
    }
}

/// Notes that a crash came in the middle of a call.
struct UnderWay<'a>(&'a Shared, bool);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.1 && !std::thread::panicking() {
            locked(self.0).seen.note("crash in a call");
        }
    }
}

#[async_trait]
impl Toolbox for Tools {
    fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::new(vocabulary())
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        if locked(&self.truth).life != self.life {
            std::future::pending::<()>().await;
        }
        let known = vocabulary();
        let spec = known
            .action(&call.tool, &call.action)
            .expect("only known actions are called");
        let repeat = match call.args["repeat"].as_str() {
            Some("once") => Repeat::Once,
            _ => spec.repeat,
        };
        locked(&self.truth).check_call(call, spec.effect, self.clock.now());
        let mut under_way = UnderWay(&self.truth, false);
        let act = || {
            if spec.effect != Effect::Read {
                locked(&self.truth).effect(call, repeat);
            }
        };
        let fate = self.fate();
        let most_ms = if matches!(fate, Fate::Slow) {
            8_000
        } else {
            30
        };
        tokio::time::sleep(self.pause(most_ms)).await;
        let answer = match fate {
            Fate::Ok | Fate::Slow => {
                act();
                // The way back takes time, too.
                tokio::time::sleep(self.pause(20)).await;
                Ok(self.reply(call))
            }
            Fate::NotSent => Err(ToolError::NotSent {
                message: "connection refused".to_owned(),
                retry_after: None,
            }),
            Fate::Refused => Err(ToolError::Refused {
                message: "no".to_owned(),
                hint: None,
            }),
            Fate::UnknownActed | Fate::UnknownNotActed => {
                if matches!(fate, Fate::UnknownActed) {
                    act();
                }
                Err(ToolError::Unknown {
                    message: "connection reset".to_owned(),
                })
            }
            Fate::Hang { acts } => {
                if acts {
                    act();
                }
                under_way.1 = true;
                std::future::pending().await
            }
        };
        under_way.1 = true;
        answer
    }
}

impl Tools {
    fn reply(&self, call: &ToolCall) -> ToolReply {
        let mut truth = locked(&self.truth);
        let output = match call.action.as_str() {
            "busy" => json!({"busy": !truth.healed && truth.chance.random_bool(0.2)}),
            "look" => match call.args["room"].as_str() {
                // A probe asks for a step's effect by the step's key.
                Some(key) if key.contains(':') => {
                    json!({"status": if truth.effects.contains_key(key) { "acted" } else { "idle" }})
                }
                _ => {
                    let online = truth.healed || truth.chance.random_bool(0.7);
                    json!({"status": if online { "online" } else { "black" }})
                }
            },
            _ => json!({"id": call.idempotency_key}),
        };
        let artifact = Artifact {
            kind: "ticket".to_owned(),
            title: call.action.clone(),
            external_id: None,
            url: None,
            data: json!(null),
        };
        ToolReply {
            output,
            artifacts: if call.action == "put" {
                vec![artifact]
            } else {
                Vec::new()
            },
        }
    }
}
