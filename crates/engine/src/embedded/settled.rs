//! Who waits for a run to end or to need a person, and how runs stood that did so lately.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use crate::content::is_small;
use crate::run::{RunId, RunState};

/// So many states, if they are small, are kept for callers that ask just after the run has settled.
const KEPT: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Settled {
    waiting: HashMap<RunId, Vec<oneshot::Sender<RunState>>>,
    lately: HashMap<RunId, RunState>,
    order: VecDeque<RunId>,
}

impl Settled {
    /// How the run stands, if it settled lately and has not moved since.
    pub(super) fn lately(&self, run: RunId) -> Option<&RunState> {
        self.lately.get(&run)
    }

    pub(super) fn wait(&mut self, run: RunId) -> oneshot::Receiver<RunState> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.entry(run).or_default().push(sender);
        receiver
    }

    /// Forgets those who wait no longer.
    pub(super) fn tidy(&mut self, run: RunId) {
        if let Some(waiting) = self.waiting.get_mut(&run) {
            waiting.retain(|sender| !sender.is_closed());
            if waiting.is_empty() {
                self.waiting.remove(&run);
            }
        }
    }

    /// The run moves again.
    pub(super) fn moves(&mut self, run: RunId) {
        self.lately.remove(&run);
    }

    /// The run has ended or waits for a person.
    pub(super) fn settle(&mut self, state: &RunState) {
        for sender in self.waiting.remove(&state.id).into_iter().flatten() {
            // Whoever gave up waiting needs no answer.
            let _ = sender.send(state.clone());
        }
        let is_small = is_small(&state.inputs) && is_small(&state.outputs);
        if is_small && self.lately.insert(state.id, state.clone()).is_none() {
            self.order.push_back(state.id);
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.lately.remove(&oldest);
            }
        }
    }
}
