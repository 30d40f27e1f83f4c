//! Following a turn while it is being said, in whichever dialect.

use avops_tools::EventStream;
use serde_json::Value;

use crate::{Listener, Message, ModelError, Provider, Stop, Transcript, Turn, Usage};

/// What an event of a stream means.
pub(crate) enum Step {
    /// Further words; may be none.
    Words(String),
    /// The turn is whole.
    End,
}

/// Follows a stream to its end and tells its words. Gives whether it is whole: false when the listener stopped it.
pub(crate) async fn follow(
    mut events: EventStream,
    listener: &Listener,
    who: &str,
    mut take: impl FnMut(&str) -> Result<Step, ModelError>,
) -> Result<bool, ModelError> {
    loop {
        let Some(event) = listener.stop.run_until_cancelled(events.next()).await else {
            return Ok(false);
        };
        let event = event.map_err(|error| ModelError::without_answer(who, &error))?;
        let Some(event) = event else {
            return Err(broken("the stream ended before the turn did"));
        };
        if event.data.is_empty() {
            continue;
        }
        match take(&event.data)? {
            Step::Words(words) => listener.words(&words),
            Step::End => return Ok(true),
        }
    }
}

/// A turn of which only a part came counts for nothing.
pub(crate) fn broken(said: &str) -> ModelError {
    ModelError::Unreachable {
        said: format!("the answer broke off: {said}"),
    }
}

/// The turn of a model that was stopped before it said anything.
pub(crate) fn stopped(provider: Provider, model: &str, transcript: &Transcript) -> Turn {
    let mut turn = Turn {
        text: String::new(),
        calls: Vec::new(),
        stop: Stop::Stopped,
        usage: Usage::default(),
        provider,
        model: model.to_owned(),
        raw: Value::Null,
    };
    stop(&mut turn, transcript);
    turn
}

/// Marks a turn as stopped. What the provider had not told of its tokens is estimated, so that limits hold.
pub(crate) fn stop(turn: &mut Turn, transcript: &Transcript) {
    turn.stop = Stop::Stopped;
    turn.calls.clear();
    turn.raw = Value::Null;
    let estimate = |bytes: usize| u64::try_from(bytes / 4 + 1).unwrap_or(u64::MAX);
    if turn.usage.input_tokens == 0 {
        let said = transcript.messages.iter().map(|message| match message {
            Message::User { text } => text.len(),
            Message::Model(turn) => turn.text.len(),
            Message::Results { results } => results.iter().map(|result| result.content.len()).sum(),
        });
        turn.usage.input_tokens = estimate(transcript.system.len() + said.sum::<usize>());
    }
    turn.usage.output_tokens = turn.usage.output_tokens.max(estimate(turn.text.len()));
}
