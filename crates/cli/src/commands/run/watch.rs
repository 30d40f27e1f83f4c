//! Follows a run to its end, and answers for it when a person sits at the keyboard.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{picture, questions};
use crate::answers::{clean, list, text};
use crate::commands::answer::signal;
use crate::commands::inbox::ways;
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{Terminal, Tone, toned};

/// How often a run is looked at. Looking costs one indexed read.
const PACE: Duration = Duration::from_millis(100);

/// Shows one run.
pub(crate) struct Watch<'a> {
    session: &'a Session,
    terminal: Terminal,
    /// Steps that were printed, and in which status.
    shown: HashMap<String, String>,
    phase: String,
    headed: bool,
}

impl<'a> Watch<'a> {
    /// Nothing is shown yet.
    pub(crate) fn new(session: &'a Session, terminal: Terminal) -> Self {
        Self {
            session,
            terminal,
            shown: HashMap::new(),
            phase: String::new(),
            headed: false,
        }
    }

    /// Shows the run as it is now.
    ///
    /// # Errors
    /// When there is no such run.
    pub(crate) async fn show(mut self, id: &str) -> Result<(), Error> {
        let run = self.look(id).await?;
        if self.terminal.json {
            return self.terminal.value(&run);
        }
        self.news(&run)?;
        self.summary(&run)
    }

    /// Shows the run until it ends, or waits for a person who is not here.
    ///
    /// # Errors
    /// When the run did not succeed; a run that waits for somebody else has not succeeded yet.
    pub(crate) async fn follow(mut self, id: &str) -> Result<(), Error> {
        loop {
            let run = self.look(id).await?;
            if !self.terminal.json {
                self.news(&run)?;
            }
            if is_over(&run) {
                return self.end(&run);
            }
            if needs_person(&run) {
                let Some(wait) = waiting_step(&run) else {
                    return self.end(&run);
                };
                if !self.terminal.can_ask() {
                    self.say_how(&run, wait)?;
                    return self.end(&run);
                }
                let answer = self.ask(wait)?;
                self.session
                    .api
                    .post(&["runs", id, "signals"], answer)
                    .await?;
            }
            if interrupted(PACE).await? {
                return self.leave(id);
            }
        }
    }

    async fn look(&self, id: &str) -> Result<Value, Error> {
        self.session.api.get(&["runs", id]).await
    }

    /// Prints what has come to rest since the last look.
    fn news(&mut self, run: &Value) -> Result<(), Error> {
        if !self.headed {
            self.terminal.line(picture::heading(run))?;
            self.headed = true;
        }
        for step in list(run, "/steps") {
            let (key, status) = (text(step, "/key"), text(step, "/status"));
            if status == "running" || self.shown.get(&key) == Some(&status) {
                continue;
            }
            let phase = text(step, "/phase");
            if phase != self.phase {
                self.terminal.line(picture::phase(&phase))?;
                self.phase = phase;
            }
            self.terminal.line(picture::step(step))?;
            self.shown.insert(key, status);
        }
        Ok(())
    }

    fn summary(&self, run: &Value) -> Result<(), Error> {
        for line in picture::artifacts(run) {
            self.terminal.line(line)?;
        }
        self.terminal.line(picture::ending(run))?;
        self.terminal.line(toned(text(run, "/url"), Tone::Faint))
    }

    fn end(&self, run: &Value) -> Result<(), Error> {
        if self.terminal.json {
            self.terminal.value(run)?;
        } else {
            self.summary(run)?;
        }
        match picture::failure(run) {
            None => Ok(()),
            // Whoever read the ending has been told; a program reads the exit code.
            Some(_) if !self.terminal.json => Err(Error::failed("")),
            Some(why) => Err(Error::failed(why)),
        }
    }

    /// Tells whoever reads this later how to answer.
    fn say_how(&self, run: &Value, step: &Value) -> Result<(), Error> {
        let gate = &step["gate"];
        let wait = json!({
            "run_id": run["id"], "step": step["key"], "reason": gate["reason"], "schema": gate["schema"],
        });
        self.terminal.note(clean(&text(gate, "/prompt")))?;
        for way in ways(&wait) {
            self.terminal.note(format_args!("  {way}"))?;
        }
        Ok(())
    }

    /// Asks the person at the keyboard and gives the signal that says so.
    fn ask(&self, step: &Value) -> Result<Value, Error> {
        let gate = &step["gate"];
        let (prompt, key) = (text(gate, "/prompt"), text(step, "/key"));
        let about = |kind: &str, note: String| {
            let note = Some(note).filter(|note| !note.is_empty());
            signal(kind, &[("step", Some(key.clone())), ("note", note)])
        };
        match text(gate, "/reason").as_str() {
            "input" => {
                let mut inputs = Map::new();
                questions::complete(&gate["schema"], &mut inputs, self.terminal)?;
                Ok(json!({ "kind": "answer", "inputs": inputs }))
            }
            "approval" => {
                let said = self.terminal.ask(&format!("{prompt} [y/N]"))?;
                let yes = matches!(said.to_lowercase().as_str(), "y" | "yes");
                Ok(about(if yes { "approve" } else { "reject" }, String::new()))
            }
            "manual" => Ok(about(
                "done",
                self.terminal.ask(&format!(
                    "{prompt} [Enter when done, with a note if you like]"
                ))?,
            )),
            "held" => self.choose(&prompt, ["release", "cancel"]),
            "paused" => self.choose(&prompt, ["resume", "cancel"]),
            _ => loop {
                let said = self
                    .terminal
                    .ask(&format!("{prompt} [happened, repeat, skip, fail]"))?
                    .to_lowercase();
                if ["happened", "repeat", "skip", "fail"].contains(&said.as_str()) {
                    let mut resolve = about("resolve", String::new());
                    resolve["as"] = json!(said);
                    return Ok(resolve);
                }
            },
        }
    }

    /// Asks for one of two words until one of them is given.
    fn choose(&self, prompt: &str, words: [&str; 2]) -> Result<Value, Error> {
        loop {
            let [first, second] = words;
            let said = self
                .terminal
                .ask(&format!("{prompt} [{first}, {second}]"))?;
            let said = said.to_lowercase();
            if words.contains(&said.as_str()) {
                return Ok(signal(&said, &[]));
            }
        }
    }

    /// Somebody pressed Ctrl-C: the run is durable and does not end with our look at it.
    fn leave(&self, id: &str) -> Result<(), Error> {
        let what = if self.session.is_own() {
            "the run stops where it can go on; it goes on when `avops serve` starts on this data folder"
        } else {
            "the run goes on without us"
        };
        self.terminal.note(what)?;
        Err(Error::failed("stopped watching")
            .hint(format!("avops runs show {id}, or avops cancel {id}")))
    }
}

fn is_over(run: &Value) -> bool {
    matches!(
        text(run, "/status").as_str(),
        "success" | "unproven" | "failed" | "cancelled"
    )
}

fn needs_person(run: &Value) -> bool {
    text(run, "/status") == "waiting"
        && matches!(
            text(run, "/waiting_for").as_str(),
            "input" | "approval" | "manual" | "interrupted" | "held" | "paused"
        )
}

/// The step that stands for what the run as a whole waits for, before any other.
fn waiting_step(run: &Value) -> Option<&Value> {
    let waiting = || {
        let steps = list(run, "/steps").iter();
        steps.filter(|step| step.get("gate").is_some_and(Value::is_object))
    };
    waiting()
        .find(|step| step.pointer("/gate/reason") == run.get("waiting_for"))
        .or_else(|| waiting().next())
}

/// Waits a moment; true when the person asked to stop meanwhile.
async fn interrupted(moment: Duration) -> Result<bool, Error> {
    tokio::select! {
        asked = tokio::signal::ctrl_c() => {
            asked?;
            Ok(true)
        }
        () = tokio::time::sleep(moment) => Ok(false),
    }
}
