//! Agent steps of runs ask the same desk as everything else.

use std::sync::Arc;

use async_trait::async_trait;
use avops_engine::{Fate, Mode, Models, Proposal, Question, Said, ToolError, Turn};
use avops_llm::{
    Call, CallResult, Desk, Form, Message, ModelError, Provider, Stop, ToolOffer, Transcript, Usage,
};
use avops_tools::Registry;

/// Answers the engine's questions to a model, in the world that the run is in.
pub struct DeskModels {
    desk: Arc<Desk>,
    tools: Arc<Registry>,
}

impl DeskModels {
    /// Asks `desk`; a dry run asks in the world in which `tools` read.
    pub fn new(desk: Arc<Desk>, tools: Arc<Registry>) -> Self {
        Self { desk, tools }
    }
}

#[async_trait]
impl Models for DeskModels {
    async fn turn(&self, question: &Question) -> Result<Turn, ToolError> {
        let is_mock = match question.mode {
            Mode::Mock => true,
            Mode::Live => false,
            Mode::Dry => self.tools.mock(),
        };
        let asked = self
            .desk
            .ask(is_mock, "agent", &transcript(question))
            .await
            .map_err(|error| sorted(&error))?;
        let turn = asked.turn;
        Ok(Turn {
            text: turn.text,
            calls: turn
                .calls
                .into_iter()
                .map(|call| Proposal {
                    id: call.id,
                    name: call.name,
                    arguments: call.arguments,
                    fault: call.fault,
                })
                .collect(),
            cut_short: turn.stop == Stop::Length,
            paused: turn.stop == Stop::Pause,
            input_tokens: turn.usage.input_tokens,
            output_tokens: turn.usage.output_tokens,
            cost_micro_usd: asked.cost_micro_usd,
            provider: turn.provider.as_str().to_owned(),
            model: turn.model,
            simulated: asked.is_mock,
            instead_of: asked
                .instead_of
                .iter()
                .map(|(provider, why)| format!("{}: {why}", provider.title()))
                .collect(),
            raw: turn.raw,
        })
    }
}

fn transcript(question: &Question) -> Transcript {
    Transcript {
        model: question.model.clone(),
        system: question.system.clone(),
        messages: question.said.iter().map(message).collect(),
        tools: question
            .offers
            .iter()
            .map(|offer| ToolOffer {
                name: offer.name.clone(),
                description: offer.description.clone(),
                input_schema: offer.input_schema.clone(),
            })
            .collect(),
        output: question.form.as_ref().map(|schema| Form {
            name: "answer".to_owned(),
            schema: schema.clone(),
        }),
        max_tokens: question
            .max_tokens
            .map_or(u32::MAX, |most| u32::try_from(most).unwrap_or(u32::MAX)),
    }
}

fn message(said: &Said) -> Message {
    match said {
        Said::Program(text) => Message::User { text: text.clone() },
        Said::Model(turn) => Message::Model(avops_llm::Turn {
            text: turn.text.clone(),
            calls: turn
                .calls
                .iter()
                .map(|call| Call {
                    id: call.id.clone(),
                    name: call.name.clone(),
                    arguments: call.arguments.clone(),
                    fault: call.fault.clone(),
                })
                .collect(),
            stop: if turn.paused {
                Stop::Pause
            } else if turn.cut_short {
                Stop::Length
            } else if turn.calls.is_empty() {
                Stop::Done
            } else {
                Stop::Calls
            },
            usage: Usage {
                input_tokens: turn.input_tokens,
                output_tokens: turn.output_tokens,
            },
            provider: Provider::pick(&turn.provider),
            model: turn.model.clone(),
            raw: turn.raw.clone(),
        }),
        Said::Results(fates) => Message::Results {
            results: fates.iter().map(result).collect(),
        },
    }
}

fn result(fate: &Fate) -> CallResult {
    CallResult {
        id: fate.id.clone(),
        content: fate.content.clone(),
        is_error: fate.is_error,
    }
}

/// What the engine may do about an error: ask again, or give up.
fn sorted(error: &ModelError) -> ToolError {
    match error {
        ModelError::RateLimited { retry_after, .. } => ToolError::NotSent {
            message: error.to_string(),
            retry_after: *retry_after,
        },
        ModelError::Overloaded { .. }
        | ModelError::Unreachable { .. }
        | ModelError::Malformed { .. } => ToolError::NotSent {
            message: error.to_string(),
            retry_after: None,
        },
        error => ToolError::Refused {
            message: error.to_string(),
            hint: Some(error.hint().to_owned()),
        },
    }
}
