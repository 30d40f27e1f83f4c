//! What an entry says about a step.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{History, LockStand, Stage, StepRecord};
use crate::content::ContentName;
use crate::event::{Entry, Event, PauseReason};
use crate::gate::Signal;
use crate::journal::NewArtifact;
use crate::next::MODEL;
use crate::run::{RollbackOutcome, RunPhase, Seq, StepKey, StepState, StepStatus, WaitReason};
use crate::tool::Artifact;

impl History {
    pub(super) fn apply_to_step(&mut self, entry: &Entry) {
        let (at, seq) = (entry.at, entry.seq);
        match &entry.event {
            Event::StepStarted { .. } => self.step_started(entry),
            Event::StepDone { .. } => self.step_done(entry),
            Event::StepReused { .. } => self.step_reused(entry),
            Event::StepFailed { .. } => self.step_failed(entry),
            Event::StepUnknown {
                key,
                error,
                by_restart,
            } => {
                if let Some(record) = self.steps.get_mut(key) {
                    record.failures += u32::from(!by_restart);
                    record.may_have_acted |= record.changes_things();
                    record.state.error = Some(error.clone());
                }
                self.stage(key, Stage::Unknown, StepStatus::Running, at, seq);
            }
            Event::StepGivenUp { key, carry_on } => {
                let stage = Stage::GivenUp {
                    carry_on: *carry_on,
                };
                self.stage(key, stage, StepStatus::Failed, at, seq);
            }
            Event::StepSkipped {
                key,
                phase,
                verb,
                title,
                reason,
            } => {
                self.record(key, *phase, verb, title, at, seq);
                self.stage(key, Stage::Skipped, StepStatus::Skipped, at, seq);
                self.message(key, reason);
            }
            Event::StepPaused {
                key,
                until,
                reason,
                result,
            } => {
                if let Some(record) = self.steps.get_mut(key)
                    && matches!(reason, PauseReason::Poll | PauseReason::Harm)
                {
                    record.failures = 0;
                    record.state.result.clone_from(result);
                }
                let stage = Stage::Paused {
                    until: *until,
                    reason: *reason,
                };
                self.stage(key, stage, StepStatus::Waiting, at, seq);
            }
            Event::StepResumed { key } => {
                self.stage(key, Stage::Resumed, StepStatus::Running, at, seq);
            }
            Event::GateOpened { key, gate } => {
                self.stage(key, Stage::Gate(gate.clone()), StepStatus::Waiting, at, seq);
                self.message(key, &gate.prompt);
                if matches!(gate.reason, WaitReason::Held | WaitReason::Paused) {
                    self.hold(key);
                }
                if let Some(record) = self.steps.get_mut(key) {
                    record.state.gate = Some(gate.as_ref().clone());
                }
            }
            Event::GateClosed { key, signal, by } => {
                self.gate_closed(key, signal.as_ref(), by.as_deref(), at, seq);
            }
            Event::Branched { key, decision } => {
                if let Some(record) = self.steps.get_mut(key) {
                    record.decision = Some(decision.clone());
                }
                self.stage(key, Stage::Begun, StepStatus::Running, at, seq);
            }
            Event::ChildStarted { key, child, bind } => {
                if let Some(record) = self.steps.get_mut(key) {
                    record.may_have_acted = true;
                }
                let stage = Stage::Child {
                    run: *child,
                    bind: bind.clone(),
                };
                self.stage(key, stage, StepStatus::Waiting, at, seq);
            }
            // The rest is about the run.
            _ => {}
        }
    }

    fn step_started(&mut self, entry: &Entry) {
        let Event::StepStarted {
            key,
            phase,
            verb,
            title,
            attempt,
            payload,
            call,
            ..
        } = &entry.event
        else {
            return;
        };
        let (at, seq) = (entry.at, entry.seq);
        let record = self.record(key, *phase, verb, title, at, seq);
        record.state.attempt = *attempt;
        record.state.payload.clone_from(payload);
        record.state.message = None;
        record.state.finished_at = None;
        let of_model = call.as_ref().is_some_and(|call| call.tool == MODEL);
        if let Some(call) = call
            && !of_model
        {
            record.state.tool = Some(call.tool.clone());
            record.state.action = Some(call.action.clone());
        }
        record.call.clone_from(call);
        if call.is_some() && *phase == RunPhase::Act && !key.is_question() && !of_model {
            self.calls_in_act += 1;
        }
        if *phase == RunPhase::Rollback {
            self.state.rollback = Some(RollbackOutcome::Running);
        }
        self.phase = *phase;
        let stage = if call.is_some() {
            Stage::Calling
        } else {
            Stage::Begun
        };
        self.stage(key, stage, StepStatus::Running, at, seq);
    }

    fn step_failed(&mut self, entry: &Entry) {
        let Event::StepFailed {
            key,
            error,
            hint,
            retryable,
            result,
            not_before,
        } = &entry.event
        else {
            return;
        };
        self.count_check(key, result);
        if let Some(record) = self.steps.get_mut(key) {
            record.failures += 1;
            if record.state.verb == "recipe" {
                // A child run that failed has put back what it did, unless it says otherwise.
                record.may_have_acted = result["rollback"] == "rollback_failed";
            }
            record.state.error = Some(error.clone());
            record.hint.clone_from(hint);
            record.state.result.clone_from(result);
        }
        let stage = Stage::Failed {
            retryable: *retryable,
            not_before: *not_before,
        };
        self.stage(key, stage, StepStatus::Failed, entry.at, entry.seq);
    }

    fn step_done(&mut self, entry: &Entry) {
        let Event::StepDone {
            key,
            bind,
            result,
            moved,
            message,
            artifacts,
        } = &entry.event
        else {
            return;
        };
        let bind = bind.as_deref();
        let whole = moved
            .as_ref()
            .and_then(|name| self.contents.get(&name.sha256).map(Arc::clone));
        let result = whole.as_deref().unwrap_or(result);
        self.count_check(key, result);
        if let Some(asked) = key.0.strip_prefix("probe:")
            && result["happened"] == false
            && let Some(record) = self.steps.get_mut(asked)
        {
            record.may_have_acted = false;
        }
        let Some(record) = self.steps.get_mut(key) else {
            return;
        };
        record.may_have_acted |= record.changes_things() || record.state.verb == "manual";
        record.state.error = None;
        record.failures = 0;
        record.state.result = match moved {
            // The file that holds it comes behind what the step left behind itself.
            Some(name) => {
                let own = u32::try_from(artifacts.len()).unwrap_or(u32::MAX);
                let number = self.artifacts.saturating_add(own).saturating_add(1);
                name.marker(self.run.id, number)
            }
            None => result.clone(),
        };
        record.whole.clone_from(&whole);
        record.moved.clone_from(moved);
        let (phase, title) = (record.state.phase, record.state.title.clone());
        match record.state.verb.as_str() {
            "ask" | "gather" => {
                if let Some(name) = bind {
                    self.names.bind_input(name, result);
                    let shown = record.state.result.clone();
                    self.state.inputs.insert(name.to_owned(), shown);
                }
            }
            "set" if bind.is_none() => {
                for (name, value) in result.as_object().into_iter().flatten() {
                    self.names.bind(key, phase, name, value);
                }
            }
            _ => {
                if let Some(name) = bind {
                    self.names.bind(key, phase, name, result);
                }
            }
        }
        let left = artifacts.iter().map(|artifact| (artifact.clone(), None));
        let file = moved
            .as_ref()
            .map(|name| (result_file(&title, name), Some(name.clone())));
        for (artifact, content) in left.chain(file) {
            self.artifacts += 1;
            self.fresh.artifacts.push(NewArtifact {
                number: self.artifacts,
                step: key.clone(),
                at: entry.at,
                artifact,
                content,
            });
        }
        self.stage(key, Stage::Done, StepStatus::Ok, entry.at, entry.seq);
        if let Some(message) = message {
            self.message(key, message);
        }
    }

    /// Holds or pauses the run. A lock that it only waited for, it asks for again afterwards.
    fn hold(&mut self, key: &StepKey) {
        self.held = Some(key.clone());
        if self.lock == LockStand::Awaited {
            self.lock = LockStand::None;
            self.state.lock = None;
        }
    }

    fn gate_closed(
        &mut self,
        key: &StepKey,
        signal: Option<&Signal>,
        by: Option<&str>,
        at: Timestamp,
        seq: Seq,
    ) {
        let Some(Stage::Gate(gate)) = self.steps.get(key).map(|record| &record.stage) else {
            return;
        };
        let reason = gate.reason;
        if let Some(Signal::Release { note } | Signal::Resume { note }) = signal {
            let by = by.unwrap_or_default();
            let is_pause = reason == WaitReason::Paused;
            let said = if is_pause { "resumed" } else { "released" };
            if is_pause {
                self.set_limits_back(key, at);
            }
            if let Some(record) = self.steps.get_mut(key) {
                record.state.result = json!({"by": by, "note": note});
                record.state.message = Some(format!("{said} by {by}"));
            }
            self.stage(key, Stage::Done, StepStatus::Ok, at, seq);
            return;
        }
        match signal {
            Some(Signal::Answer { inputs }) => self.given.extend(inputs.clone()),
            Some(Signal::Approve { .. }) => {
                let calls = gate.evidence["calls"].as_array().cloned();
                for call in calls.unwrap_or_default() {
                    if let Some(step) = call["step"].as_str() {
                        self.approved
                            .insert(StepKey(step.to_owned()), call["hash"].clone());
                    }
                }
            }
            _ => {}
        }
        let stage = Stage::Answered {
            reason,
            signal: signal.cloned().map(Box::new),
            by: by.map(str::to_owned),
        };
        self.stage(key, stage, StepStatus::Running, at, seq);
    }

    /// The record of a step, made at its first appearance.
    pub(super) fn record(
        &mut self,
        key: &StepKey,
        phase: RunPhase,
        verb: &str,
        title: &str,
        at: Timestamp,
        seq: Seq,
    ) -> &mut StepRecord {
        let number = u32::try_from(self.steps.len() + 1).unwrap_or(u32::MAX);
        self.steps.entry(key.clone()).or_insert_with(|| StepRecord {
            state: StepState {
                key: key.clone(),
                seq: number,
                phase,
                title: title.to_owned(),
                verb: verb.to_owned(),
                tool: None,
                action: None,
                attempt: 0,
                status: StepStatus::Running,
                message: None,
                payload: Value::Null,
                result: Value::Null,
                error: None,
                started_at: at,
                finished_at: None,
                gate: None,
                reused_from: None,
            },
            stage: Stage::Begun,
            failures: 0,
            call: None,
            whole: None,
            moved: None,
            may_have_acted: false,
            decision: None,
            settled_items: 0,
            seq,
            at,
            stood_still: 0,
            hint: None,
        })
    }

    /// Moves a step to a stage and keeps the counters that follow from it.
    pub(super) fn stage(
        &mut self,
        key: &StepKey,
        stage: Stage,
        status: StepStatus,
        at: Timestamp,
        seq: Seq,
    ) {
        let Some((index, _, record)) = self.steps.get_full_mut(key) else {
            return;
        };
        if record.stage == Stage::Calling {
            self.calls_under_way = self.calls_under_way.saturating_sub(1);
        }
        if stage == Stage::Calling {
            self.calls_under_way += 1;
        }
        if record.stage.wait().is_some() {
            self.waiting.retain(|waiting| *waiting != index);
        }
        if stage.wait().is_some() {
            self.waiting.push(index);
        }
        if stage.is_over() {
            record.state.finished_at = Some(at);
            self.held = self.held.take().filter(|held| held != key);
        }
        record.state.gate = None;
        record.state.status = status;
        record.stage = stage;
        record.at = at;
        record.seq = seq;
        let carries_on = matches!(
            record.stage,
            Stage::Done | Stage::Skipped | Stage::GivenUp { carry_on: true }
        );
        if !self.fresh.steps.contains(&index) {
            self.fresh.steps.push(index);
        }
        if carries_on && let Some((around, _)) = key.item_of_loop() {
            self.advance_loop(around);
        }
    }

    /// Counts the items at the beginning of a loop that are over, so that nobody looks at them again.
    fn advance_loop(&mut self, around: &str) {
        let Some(mut settled) = self.steps.get(around).map(|record| record.settled_items) else {
            return;
        };
        while let Some(item) = self.steps.get(format!("{around}[{settled}]").as_str())
            && item.stage.is_over()
            && item.stage != (Stage::GivenUp { carry_on: false })
        {
            settled += 1;
        }
        if let Some(record) = self.steps.get_mut(around) {
            record.settled_items = settled;
        }
    }

    pub(super) fn message(&mut self, key: &StepKey, message: &str) {
        if let Some(record) = self.steps.get_mut(key) {
            record.state.message = Some(message.to_owned());
        }
    }

    /// Counts a check in verify that was evaluated. A condition that has no value is not a verdict.
    fn count_check(&mut self, key: &StepKey, result: &Value) {
        let (Some(record), Some(held)) = (self.steps.get(key), result["held"].as_bool()) else {
            return;
        };
        let state = &record.state;
        if state.verb == "check" && state.phase == RunPhase::Verify {
            self.state.checks += 1;
            self.state.checks_held += u32::from(held);
        }
    }
}

/// The artifact that stands for a result kept apart.
fn result_file(title: &str, name: &ContentName) -> Artifact {
    Artifact {
        kind: "file".to_owned(),
        title: format!("Result of {title}"),
        external_id: None,
        url: None,
        data: json!({"bytes": name.bytes, "media_type": name.media_type, "sha256": name.sha256}),
    }
}
