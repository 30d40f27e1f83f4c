//! Answers that are heard while they are being written.

use std::sync::Arc;

use avops_llm::{Heard, Listener};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Where the words of an answer go while it is being written, and who ends it.
pub struct Ear {
    /// Takes what is said. Nobody need listen to the end.
    pub tell: UnboundedSender<Spoken>,
    /// Enough was heard.
    pub stop: CancellationToken,
}

/// Something of an answer that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Spoken {
    /// The question is kept in this conversation.
    Begun {
        /// The conversation.
        thread_id: String,
    },
    /// Further words of the model.
    Words {
        /// They.
        text: String,
    },
    /// The words so far do not count: another model answers.
    Anew,
}

impl Ear {
    pub(super) fn hears(&self, said: Spoken) {
        // Who does not listen any more misses nothing: the answer is kept.
        drop(self.tell.send(said));
    }

    /// The same for a model.
    pub(super) fn listener(&self) -> Listener {
        let tell = self.tell.clone();
        Listener {
            hear: Arc::new(move |heard| {
                let said = match heard {
                    Heard::Words(text) => Spoken::Words { text },
                    Heard::Anew => Spoken::Anew,
                };
                drop(tell.send(said));
            }),
            stop: self.stop.clone(),
        }
    }
}
