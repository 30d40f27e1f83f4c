//! Plays one test: starts the run, answers for people, turns the clock forward while everything waits for a time.

use std::time::Duration;

use avops_engine::{
    Artifact, Clock as _, Gate, RunId, RunState, RunStatus, Signal, StepState, StepStatus,
    WaitReason,
};
use avops_store::{RunFilter, RunRow};
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use super::format::{Answer, Test};
use super::stage::{Stage, Surroundings};
use super::watched::SeenCall;
use crate::runs::{self, Origin, StartText};
use crate::{App, Error};

/// Longest time that a test may really take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Hints of changes may be lost, so runs are looked at this often all the same.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Most runs of one test, child runs included.
const MOST_RUNS: u32 = 100;

/// How the run of a test went.
pub(super) struct Played {
    /// How it stands in the end.
    pub(super) state: RunState,
    /// Its steps.
    pub(super) steps: Vec<StepState>,
    /// What it left behind, in order.
    pub(super) artifacts: Vec<Artifact>,
    /// Every call, child runs included.
    pub(super) calls: Vec<SeenCall>,
    /// The world afterwards.
    pub(super) world: Value,
    /// Why the play itself broke off, or what of the test was never used.
    pub(super) loose_ends: Vec<String>,
}

/// Plays a test of the recipe in `yaml`.
///
/// # Errors
/// [`Error::BadInput`] for inputs or a world that do not fit, [`Error::Invalid`] for a recipe with errors.
pub(super) async fn play(yaml: &str, test: &Test, around: &Surroundings) -> Result<Played, Error> {
    let stage = Stage::set(test, around).await?;
    let played = on_stage(&stage, yaml, test, around).await;
    stage.strike().await?;
    played
}

async fn on_stage(
    stage: &Stage,
    yaml: &str,
    test: &Test,
    around: &Surroundings,
) -> Result<Played, Error> {
    stage.keep(&around.recipes).await?;
    stage.prepare(test).await?;
    let request = StartText {
        source: "recipe".to_owned(),
        text: yaml.to_owned(),
        inputs: test.inputs.clone(),
        ..StartText::default()
    };
    let origin = Origin {
        trigger: "test".to_owned(),
        ..Origin::default()
    };
    let started = runs::start_text(&stage.app, &stage.by, request, origin).await?;
    let mut play = Play {
        stage,
        run: started.id,
        answers: test.answers.iter().map(|answer| (answer, false)).collect(),
        loose_ends: Vec::new(),
    };
    play.run_through().await?;
    play.result().await
}

/// A play under way.
struct Play<'a> {
    stage: &'a Stage,
    run: RunId,
    /// What people answer, and whether they have.
    answers: Vec<(&'a Answer, bool)>,
    loose_ends: Vec<String>,
}

/// What becomes of a play after a look at its runs.
enum Turn {
    /// Something moves by itself.
    Wait,
    /// Something was done; look again.
    Moved,
    /// It is over, or will never be.
    Over,
}

impl Play<'_> {
    fn app(&self) -> &App {
        &self.stage.app
    }

    async fn run_through(&mut self) -> Result<(), Error> {
        let began = Instant::now();
        let mut hints = self.app().engine.changes();
        loop {
            match self.turn().await? {
                Turn::Over => return Ok(()),
                Turn::Moved => {}
                Turn::Wait => {
                    // Whether it was a hint, a gap in them or none in time is all the same.
                    let _ = tokio::time::timeout(LOOK_AGAIN, hints.recv()).await;
                }
            }
            if began.elapsed() > PATIENCE {
                self.loose_ends.push(format!(
                    "the test did not end within {} s",
                    PATIENCE.as_secs()
                ));
                return Ok(());
            }
        }
    }

    async fn turn(&mut self) -> Result<Turn, Error> {
        let runs = self.runs().await?;
        let is_over = |run: &&RunRow| run.state.id == self.run && run.state.status.is_final();
        if runs.iter().any(|run| is_over(&run)) {
            return Ok(Turn::Over);
        }
        let open: Vec<&RunState> = runs
            .iter()
            .map(|run| &run.state)
            .filter(|state| !state.status.is_final())
            .collect();
        for state in &open {
            if state.waiting_for.is_some_and(WaitReason::needs_person) {
                return self.answer(state.id).await;
            }
        }
        if open.iter().any(|state| state.status != RunStatus::Waiting) {
            return Ok(Turn::Wait);
        }
        let next = open.iter().filter_map(|state| state.wake_at).min();
        Ok(self.turn_clock(next))
    }

    fn turn_clock(&self, until: Option<Timestamp>) -> Turn {
        match until {
            Some(at) if at > self.stage.clock.now() => {
                self.stage.clock.turn_to(at);
                Turn::Moved
            }
            _ => Turn::Wait,
        }
    }

    async fn runs(&self) -> Result<Vec<RunRow>, Error> {
        let all = RunFilter::default();
        let found = self.app().store.latest_runs(&all, MOST_RUNS, None).await?;
        Ok(found.items)
    }

    /// Answers what a run asks, or ends the play where the test has no answer.
    async fn answer(&mut self, run: RunId) -> Result<Turn, Error> {
        let steps = self.app().store.steps(run).await?;
        let asking = steps.iter().find_map(|step| {
            let gate = step.gate.as_ref()?;
            (step.status == StepStatus::Waiting).then_some((step, gate))
        });
        let Some((step, gate)) = asking else {
            return Ok(Turn::Wait);
        };
        if gate
            .until
            .is_some_and(|until| until <= self.stage.clock.now())
        {
            // Its time is over; the run has yet to notice.
            return Ok(Turn::Wait);
        }
        let key = step
            .key
            .0
            .strip_prefix("approve:")
            .unwrap_or(step.key.0.as_str());
        self.stage.watched.reach(key);
        let fitting = self
            .answers
            .iter_mut()
            .find(|(answer, used)| !used && fits(answer, key, gate.reason));
        let Some((answer, used)) = fitting else {
            self.loose_ends.push(nobody(key, gate));
            return Ok(Turn::Over);
        };
        *used = true;
        let answer: &Answer = answer;
        if answer.expire.is_some() {
            if gate.until.is_some() {
                return Ok(self.turn_clock(gate.until));
            }
            let said = format!("step {key} waits without an end, so nothing expires");
            self.loose_ends.push(said);
            return Ok(Turn::Over);
        }
        let signal = signal(answer, step);
        match self.app().engine.signal(run, signal, "test").await {
            Ok(_) => Ok(Turn::Moved),
            Err(refusal) => {
                self.loose_ends
                    .push(format!("the answer to {key} was refused: {refusal}"));
                Ok(Turn::Over)
            }
        }
    }

    async fn result(mut self) -> Result<Played, Error> {
        let store = &self.app().store;
        let row = store.run(self.run).await?;
        let row = row.ok_or_else(|| Error::no_run(self.run))?;
        let steps = store.steps(self.run).await?;
        let artifacts = store.artifacts(self.run).await?;
        for (answer, used) in &self.answers {
            if !used {
                let step = answer.step().map_or_else(
                    || "the answer with inputs".to_owned(),
                    |step| format!("the answer to {step}"),
                );
                self.loose_ends.push(format!("{step} was never asked for"));
            }
        }
        let (unreached, unfit) = self.stage.watched.left_over();
        for step in unreached {
            self.loose_ends.push(format!(
                "step {step} was never reached, so the change at it never happened"
            ));
        }
        self.loose_ends.extend(unfit);
        Ok(Played {
            state: row.state,
            steps,
            artifacts: artifacts.into_iter().map(|kept| kept.artifact).collect(),
            calls: self.stage.watched.calls(),
            world: self.stage.app.tools.campus().state(),
            loose_ends: self.loose_ends,
        })
    }
}

/// States whether an answer is one to what a step asks.
fn fits(answer: &Answer, key: &str, reason: WaitReason) -> bool {
    if answer.answer.is_some() {
        return reason == WaitReason::Input;
    }
    let of_kind = match reason {
        WaitReason::Approval => {
            answer.approve.is_some() || answer.reject.is_some() || answer.request_changes.is_some()
        }
        WaitReason::Manual => answer.done.is_some(),
        WaitReason::Interrupted => answer.resolve.is_some(),
        _ => false,
    };
    (of_kind || answer.expire.is_some() || answer.cancel.is_some()) && answer.step() == Some(key)
}

fn signal(answer: &Answer, step: &StepState) -> Signal {
    let (at, note) = (Some(step.key.clone()), answer.note.clone());
    if let Some(inputs) = &answer.answer {
        return Signal::Answer {
            inputs: inputs.clone(),
        };
    }
    if let (Some(_), Some(resolution)) = (&answer.resolve, answer.resolution) {
        return Signal::Resolve {
            step: at,
            resolution,
            result: answer.result.clone(),
            note,
        };
    }
    if answer.approve.is_some() {
        Signal::Approve { step: at, note }
    } else if answer.reject.is_some() {
        Signal::Reject { step: at, note }
    } else if answer.request_changes.is_some() {
        Signal::RequestChanges {
            step: at,
            note: note.unwrap_or_default(),
        }
    } else if answer.done.is_some() {
        Signal::Done {
            step: at,
            note,
            artifact: answer.artifact.clone(),
        }
    } else {
        Signal::Cancel { reason: note }
    }
}

/// What is said when the test has no answer.
fn nobody(key: &str, gate: &Gate) -> String {
    let (what, verb) = match gate.reason {
        WaitReason::Approval => ("an approval", format!("approve: {key}")),
        WaitReason::Manual => ("somebody's hands", format!("done: {key}")),
        WaitReason::Interrupted => (
            "somebody to say what happened",
            format!("resolve: {key}, as: happened"),
        ),
        _ => ("inputs", "answer: { NAME: VALUE }".to_owned()),
    };
    format!(
        "the run waits for {what} at {key} ({}), and the test has no answer: add `- {{ {verb} }}` to `answers`",
        gate.prompt
    )
}
