//! A language model that says what a test tells it to, and remembers every question.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use avops_engine::{Models, Proposal, Question, Said, ToolError, Turn};
use serde_json::{Value, json};

#[derive(Default)]
struct Script {
    to_come: VecDeque<Result<Turn, ToolError>>,
    questions: Vec<Question>,
}

/// The model.
#[derive(Default)]
pub(crate) struct ScriptedModels {
    script: Arc<Mutex<Script>>,
    dead: AtomicBool,
}

impl ScriptedModels {
    /// The next questions are answered like this.
    pub(crate) fn says(&self, turns: impl IntoIterator<Item = Turn>) {
        let mut script = self.script.lock().unwrap();
        script.to_come.extend(turns.into_iter().map(Ok));
    }

    /// The next question fails.
    pub(crate) fn fails(&self, error: ToolError) {
        self.script.lock().unwrap().to_come.push_back(Err(error));
    }

    pub(crate) fn questions(&self) -> Vec<Question> {
        self.script.lock().unwrap().questions.clone()
    }

    /// Every word that a question holds, for what must not be in it.
    pub(crate) fn last_words(&self) -> String {
        let questions = self.questions();
        match questions.last().and_then(|question| question.said.last()) {
            Some(Said::Program(text)) => text.clone(),
            Some(Said::Results(fates)) => fates
                .iter()
                .map(|fate| fate.content.clone())
                .collect::<Vec<_>>()
                .join("\n"),
            other => panic!("{other:?}"),
        }
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
}

#[async_trait]
impl Models for ScriptedModels {
    async fn turn(&self, question: &Question) -> Result<Turn, ToolError> {
        if self.dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let next = {
            let mut script = self.script.lock().unwrap();
            script.questions.push(question.clone());
            script.to_come.pop_front()
        };
        match next {
            Some(turn) => turn,
            // Nobody told it what to say: it thinks forever.
            None => std::future::pending().await,
        }
    }
}

/// A turn of words.
pub(crate) fn words(text: &str) -> Turn {
    Turn {
        text: text.to_owned(),
        calls: Vec::new(),
        cut_short: false,
        paused: false,
        input_tokens: 100,
        output_tokens: 20,
        cost_micro_usd: Some(75),
        provider: "openai".to_owned(),
        model: "scripted".to_owned(),
        simulated: true,
        instead_of: Vec::new(),
        raw: json!({"text": text}),
    }
}

/// A turn that asks for calls.
pub(crate) fn calls<const N: usize>(wanted: [(&str, Value); N]) -> Turn {
    let proposal = |(number, (name, arguments)): (usize, (&str, Value))| Proposal {
        id: format!("call-{number}"),
        name: name.to_owned(),
        arguments,
        fault: None,
    };
    Turn {
        calls: wanted.into_iter().enumerate().map(proposal).collect(),
        ..words("")
    }
}
