//! Tools that answer as a test tells them to, and remember every call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use avops_engine::{ToolCall, ToolError, ToolReply, Toolbox};
use avops_recipe::vocabulary::{GuardSpec, NotifySpec};
use avops_recipe::{ActionSpec, Effect, Repeat, ToolSpec, Vocabulary};
use indexmap::IndexMap;
use serde_json::{Value, json};

/// What a tool does when it is called.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Ok(Value),
    NotSent,
    NotSentRetryAfter(Duration),
    Refused,
    Unknown,
    /// Answers after this time.
    Late(Duration, Value),
    /// Never answers.
    Hangs,
    Panics,
}

#[derive(Default)]
struct Script {
    answers: BTreeMap<String, VecDeque<Answer>>,
    always: BTreeMap<String, Answer>,
    calls: Vec<ToolCall>,
}

/// A toolbox over [`vocabulary`].
#[derive(Default)]
pub(crate) struct ScriptedTools {
    script: Arc<Mutex<Script>>,
    dead: AtomicBool,
}

impl ScriptedTools {
    /// The next calls of an action (`lab.put`) end like this; then they are ok again.
    pub(crate) fn answers(&self, action: &str, answers: impl IntoIterator<Item = Answer>) {
        let mut script = self.script.lock().unwrap();
        script
            .answers
            .entry(action.to_owned())
            .or_default()
            .extend(answers);
    }

    /// Calls of an action end like this from now on.
    pub(crate) fn always(&self, action: &str, answer: Answer) {
        let mut script = self.script.lock().unwrap();
        script.answers.remove(action);
        script.always.insert(action.to_owned(), answer);
    }

    /// Every call so far, as `tool.action {args}`.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.script
            .lock()
            .unwrap()
            .calls
            .iter()
            .map(|call| format!("{}.{} {}", call.tool, call.action, call.args))
            .collect()
    }

    /// How often an action was called.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.calls_of(action).len()
    }

    pub(crate) fn calls_of(&self, action: &str) -> Vec<ToolCall> {
        let script = self.script.lock().unwrap();
        let calls = script.calls.iter();
        calls
            .filter(|call| format!("{}.{}", call.tool, call.action) == action)
            .cloned()
            .collect()
    }

    pub(crate) fn forget_callers(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    pub(crate) fn next_life(&self) -> Self {
        Self {
            script: Arc::clone(&self.script),
            dead: AtomicBool::new(false),
        }
    }

    fn answer(&self, call: &ToolCall) -> Answer {
        let mut script = self.script.lock().unwrap();
        script.calls.push(call.clone());
        let action = format!("{}.{}", call.tool, call.action);
        let scripted = script
            .answers
            .get_mut(&action)
            .and_then(VecDeque::pop_front);
        let always = || script.always.get(&action).cloned();
        scripted.or_else(always).unwrap_or_else(|| {
            Answer::Ok(match call.action.as_str() {
                "look" => json!({"id": call.args["room"], "status": "online"}),
                "busy" => json!({"busy": false}),
                _ => json!({"id": format!("{}-1", call.action)}),
            })
        })
    }
}

#[async_trait]
impl Toolbox for ScriptedTools {
    fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::new(vocabulary())
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        if self.dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let answer = self.answer(call);
        let output = match answer {
            Answer::Ok(output) => output,
            Answer::Late(pause, output) => {
                tokio::time::sleep(pause).await;
                output
            }
            Answer::NotSent => return Err(not_sent(None)),
            Answer::NotSentRetryAfter(pause) => return Err(not_sent(Some(pause))),
            Answer::Refused => {
                return Err(ToolError::Refused {
                    message: "no such room".to_owned(),
                    hint: Some("check the name".to_owned()),
                });
            }
            Answer::Unknown => {
                return Err(ToolError::Unknown {
                    message: "the connection was reset".to_owned(),
                });
            }
            Answer::Hangs => std::future::pending().await,
            Answer::Panics => panic!("a connector breaks down"),
        };
        Ok(ToolReply {
            output,
            artifacts: Vec::new(),
        })
    }
}

fn not_sent(retry_after: Option<Duration>) -> ToolError {
    ToolError::NotSent {
        message: "connection refused".to_owned(),
        retry_after,
    }
}

/// `lab` has an action of every effect and repeat class; `slack` posts notices.
pub(crate) fn vocabulary() -> Vocabulary {
    let lab = [
        action("look", Effect::Read, Repeat::Safe),
        action("busy", Effect::Read, Repeat::Safe),
        action("put", Effect::Write, Repeat::Keyed),
        action("tag", Effect::Write, Repeat::Safe),
        action("poke", Effect::Write, Repeat::Once),
        ActionSpec {
            guard: Some(GuardSpec {
                action: "busy".to_owned(),
                harm_if: "guard.busy".to_owned(),
                reason: "a meeting is in progress".to_owned(),
            }),
            ..action("zap", Effect::Destructive, Repeat::Once)
        },
    ];
    let slack = [action("post_message", Effect::Write, Repeat::Keyed)];
    Vocabulary {
        tools: IndexMap::from([
            ("lab".to_owned(), tool("lab", lab, None)),
            (
                "slack".to_owned(),
                tool(
                    "slack",
                    slack,
                    Some(NotifySpec {
                        action: "post_message".to_owned(),
                        target_arg: "channel".to_owned(),
                        text_arg: "text".to_owned(),
                    }),
                ),
            ),
        ]),
    }
}

fn tool(
    name: &str,
    actions: impl IntoIterator<Item = ActionSpec>,
    notify: Option<NotifySpec>,
) -> ToolSpec {
    ToolSpec {
        name: name.to_owned(),
        notify,
        actions: actions
            .into_iter()
            .map(|action| (action.name.clone(), action))
            .collect(),
    }
}

fn action(name: &str, effect: Effect, repeat: Repeat) -> ActionSpec {
    ActionSpec {
        name: name.to_owned(),
        aliases: Vec::new(),
        title: name.to_owned(),
        description: String::new(),
        effect,
        repeat,
        input_schema: json!({
            "type": "object",
            "properties": {
                "room": {}, "id": {}, "text": {"type": "string"}, "channel": {"type": "string"}, "n": {},
                "undo": {"type": "boolean"}, "repeat": {"type": "string"},
            },
        }),
        output_schema: None,
        result: None,
        guard: None,
        labels: Some(Vec::new()),
    }
}
