//! Where in a recipe a step stands: its phase, and the loop items around it.

use serde_json::Value;

use avops_recipe::{Phase, Step};

use crate::run::{RunPhase, StepKey};

/// The surroundings of a step.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) phase: RunPhase,
    /// Loop items around it, outermost first.
    pub(super) items: Vec<Item>,
    /// Set in rollback: the step that is reversed.
    reverses: Option<Reversed>,
}

/// One item of a loop.
#[derive(Debug, Clone)]
pub(super) struct Item {
    loop_id: String,
    pub(super) key: String,
    pub(super) index: usize,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
struct Reversed {
    undo_id: String,
    key: StepKey,
    /// Its own result under its own name, whatever that name means by now.
    result: Option<(String, Value)>,
}

impl Place {
    pub(super) fn of_phase(phase: Phase) -> Self {
        Self::new(match phase {
            Phase::Intake => RunPhase::Intake,
            Phase::Plan => RunPhase::Plan,
            Phase::Act => RunPhase::Act,
            Phase::Verify => RunPhase::Verify,
        })
    }

    pub(super) fn new(phase: RunPhase) -> Self {
        Self {
            phase,
            items: Vec::new(),
            reverses: None,
        }
    }

    /// The place of the step that reverses the step with `key`.
    pub(super) fn reversing(
        &self,
        undo: &Step,
        key: &StepKey,
        result: Option<(String, Value)>,
    ) -> Self {
        Self {
            phase: RunPhase::Rollback,
            items: self.items.clone(),
            reverses: Some(Reversed {
                undo_id: undo.id.clone(),
                key: key.clone(),
                result,
            }),
        }
    }

    /// The place inside one item of the loop `step`, whose own key is `key`.
    pub(super) fn inside(&self, step: &Step, key: &StepKey, index: usize, value: &Value) -> Self {
        let mut place = self.clone();
        place.items.push(Item {
            loop_id: step.id.clone(),
            key: format!("{key}[{index}]"),
            index,
            value: value.clone(),
        });
        place
    }

    /// States whether this is the place of one item of the loop `step`, rather than of the loop.
    pub(super) fn is_item_of(&self, step: &Step) -> bool {
        self.items
            .last()
            .is_some_and(|item| item.loop_id == step.id)
    }

    /// The step's key here; [`StepKey`] has the rules.
    pub(super) fn key(&self, step: &Step) -> StepKey {
        let inner = match self.items.last() {
            Some(item) => match step.id.strip_prefix(item.loop_id.as_str()) {
                Some(rest) if rest.is_empty() || rest.starts_with('.') => {
                    format!("{}{rest}", item.key)
                }
                _ => format!("{}.{}", item.key, step.id),
            },
            None => step.id.clone(),
        };
        match &self.reverses {
            // A loop inside an undo has its own items, whose keys begin with the undo's.
            _ if inner.starts_with("undo:") => StepKey(inner),
            Some(reversed) if reversed.undo_id == step.id => {
                StepKey(format!("undo:{}", reversed.key))
            }
            Some(_) => StepKey(format!("undo:{inner}")),
            None => StepKey(inner),
        }
    }

    pub(super) fn own_result(&self) -> Option<(&str, &Value)> {
        let (name, value) = self.reverses.as_ref()?.result.as_ref()?;
        Some((name, value))
    }
}
