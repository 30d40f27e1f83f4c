//! Child runs: a step that runs another recipe waits for a run of its own.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::driver::{Driver, Lost, Message, Word};
use crate::EngineError;
use crate::event::Event;
use crate::failpoint::{self, FailPoint};
use crate::gate::Signal;
use crate::next::{PlannedChild, child_ended, child_refused};
use crate::run::{NewRun, Parent, RequestKey, RunId, RunState, StepKey};

/// Recipes may run recipes that run recipes, so deep.
const DEEPEST: usize = 8;

/// The runs that wait for a run, its parent last.
pub(super) fn ancestors(run: &NewRun) -> Vec<RunId> {
    let named = run.meta.get("ancestors").and_then(Value::as_array);
    named
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str()?.parse().ok())
        .collect()
}

impl Driver {
    /// Starts a child run. That it will be is durable first, so that a crash in between cannot lose or double it.
    pub(super) async fn start_child(&mut self, planned: PlannedChild) -> Result<(), Lost> {
        let PlannedChild {
            key,
            started,
            bind,
            recipe,
            inputs,
        } = planned;
        let child = self.pool.ports.ids.run_id();
        self.record(vec![
            started,
            Event::ChildStarted {
                key: key.clone(),
                child,
                bind,
            },
        ])?;
        self.flush().await?;
        self.accept_child(key, child, &recipe, inputs).await
    }

    async fn accept_child(
        &mut self,
        key: StepKey,
        child: RunId,
        recipe: &str,
        inputs: Map<String, Value>,
    ) -> Result<(), Lost> {
        let parent = self.history.run();
        let mut ancestors = ancestors(parent);
        ancestors.push(parent.id);
        if ancestors.len() > DEEPEST {
            let error = format!("recipes run recipes more than {DEEPEST} deep");
            return self.record(child_refused(key, error));
        }
        let pinned = match self.pool.ports.library.find(recipe).await {
            Ok(pinned) => pinned,
            Err(error) => return self.record(child_refused(key, error.to_string())),
        };
        let content = json!([recipe, inputs]).to_string();
        let run = NewRun {
            id: child,
            name: pinned.name.clone(),
            agent: parent.agent.clone(),
            recipe: pinned,
            workflow_id: None,
            trigger: "recipe".to_owned(),
            mode: parent.mode,
            supervised: parent.supervised,
            inputs,
            requested_by: parent.requested_by.clone(),
            again: None,
            request: Some(RequestKey {
                principal: format!("run:{}", parent.id),
                key: key.0.clone(),
                content: hex::encode(Sha256::digest(content)),
            }),
            meta: Map::from_iter([("ancestors".to_owned(), json!(ancestors))]),
            url: parent
                .url
                .replace(&parent.id.to_string(), &child.to_string()),
            parent: Some(Parent {
                run: parent.id,
                step: key.clone(),
            }),
        };
        failpoint::reach(FailPoint::BeforeChild);
        let accepted = self.pool.accept(run).await;
        failpoint::reach(FailPoint::AfterChild);
        match accepted {
            Ok(_) => Ok(()),
            // It may be stored all the same: found out when this run is read again.
            Err(error @ (EngineError::Unavailable(_) | EngineError::Journal(_))) => {
                Err(Lost(error.to_string()))
            }
            Err(error) => self.record(child_refused(key, error.to_string())),
        }
    }

    /// A child run has ended.
    pub(super) fn child_ended(&mut self, child: &RunState) -> Result<(), Lost> {
        let waiting = self.history.children().find(|(_, run, _)| *run == child.id);
        let Some((key, _, bind)) = waiting else {
            return Ok(());
        };
        let events = child_ended(key.clone(), bind.map(str::to_owned), child);
        self.record(events)
    }

    /// Finds out, after a restart, what has become of child runs, and cancels them when this run must end. Returns whether
    /// anything was recorded.
    pub(super) async fn look_after_children(&mut self) -> Result<bool, Lost> {
        if self.history.is_held() {
            return Ok(false);
        }
        let before = self.history.state().seq;
        if !self.children_known {
            self.children_known = true;
            let children: Vec<(StepKey, RunId)> = self
                .history
                .children()
                .map(|(key, run, _)| (key.clone(), run))
                .collect();
            for (key, child) in children {
                match self.pool.state(child).await {
                    Ok(state) if state.status.is_final() => self.child_ended(&state)?,
                    Ok(_) => {}
                    Err(EngineError::NoSuchRun(_)) => {
                        let payload = self.history.step(&key).map(|r| r.state.payload.clone());
                        let payload = payload.unwrap_or_default();
                        let recipe = payload["recipe"].as_str().unwrap_or_default().to_owned();
                        let inputs = payload["inputs"].as_object().cloned().unwrap_or_default();
                        self.accept_child(key, child, &recipe, inputs).await?;
                    }
                    Err(error) => return Err(Lost(error.to_string())),
                }
            }
        }
        let now = self.now();
        let must_end = self.history.cancelled().is_some()
            || self
                .history
                .deadline()
                .is_some_and(|deadline| deadline <= now);
        if must_end && !self.children_cancelled {
            self.children_cancelled = true;
            for (_, child, _) in self.history.children() {
                let (reply, _) = tokio::sync::oneshot::channel();
                let cancel = Message::Signal(Box::new(Word {
                    signal: Signal::Cancel {
                        reason: Some("the run that waits for it has to end".to_owned()),
                    },
                    by: format!("run {}", self.history.run().id),
                    reply,
                }));
                self.pool
                    .deliver(child, cancel)
                    .map_err(|error| Lost(error.to_string()))?;
            }
        }
        Ok(self.history.state().seq > before)
    }
}
