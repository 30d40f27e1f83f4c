//! The model, the defaults and the guardrails of an agent: what may be set, and how it is read back.

use avops_recipe::Limits;
use avops_store::AgentRow;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::checked_tools;
use crate::{App, Error};

/// Longest name of a model, in characters.
const LONGEST_MODEL: usize = 200;
/// Most defaults, and the most bytes of all, as JSON.
const MOST_DEFAULTS: (usize, usize) = (100, 16 * 1024);
/// Most domains, and the longest of them, in characters.
const DOMAINS: (usize, usize) = (200, 253);
/// Longest time of a run that can be set, in seconds: that of a run whose recipe sets none.
const LONGEST_RUN: u64 = 24 * 60 * 60;

/// A model's name; nothing for the workspace's.
pub(super) fn checked_model(model: Option<String>) -> Result<Option<String>, Error> {
    let model = model.map(|model| model.trim().to_owned());
    let Some(model) = model.filter(|model| !model.is_empty()) else {
        return Ok(None);
    };
    if model.chars().count() > LONGEST_MODEL || model.chars().any(char::is_control) {
        return Err(Error::bad_input(
            "this cannot be the name of a model",
            format!(
                "give at most {LONGEST_MODEL} characters on one line, for example anthropic:claude-sonnet-5-5"
            ),
        ));
    }
    Ok(Some(model))
}

pub(super) fn checked_defaults(defaults: Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let size = serde_json::to_vec(&defaults).map_or(usize::MAX, |text| text.len());
    if defaults.len() > MOST_DEFAULTS.0 || size > MOST_DEFAULTS.1 {
        return Err(Error::bad_input(
            format!(
                "there are {} defaults of {size} bytes in all",
                defaults.len()
            ),
            format!(
                "an agent has at most {} defaults of {} bytes in all",
                MOST_DEFAULTS.0, MOST_DEFAULTS.1
            ),
        ));
    }
    Ok(defaults)
}

pub(super) fn checked_limits(app: &App, limits: Limits) -> Result<Limits, Error> {
    if limits
        .timeout_s
        .is_some_and(|limit| !(1..=LONGEST_RUN).contains(&limit))
    {
        return Err(Error::bad_input(
            "`timeout_s` of the agent's guardrails is not between a second and a day",
            "leave it out for no limit of its own",
        ));
    }
    let fits = |domain: &String| {
        !domain.trim().is_empty()
            && domain.chars().count() <= DOMAINS.1
            && !domain.contains(char::is_whitespace)
    };
    if limits.deny_domains.len() > DOMAINS.0 || !limits.deny_domains.iter().all(fits) {
        return Err(Error::bad_input(
            "`deny_domains` of the agent's guardrails holds too much, or what is no domain",
            format!(
                "give at most {} domains, for example evil.example",
                DOMAINS.0
            ),
        ));
    }
    if let Some(tools) = limits.allow_tools.clone() {
        checked_tools(app, tools)?;
    }
    Ok(limits)
}

/// The guardrails of an agent as they are kept.
///
/// # Errors
/// [`Error::Conflict`] when they cannot be read: a run must not go on without them.
pub(crate) fn limits_of(row: &AgentRow) -> Result<Limits, Error> {
    if row.guardrails.is_null() {
        return Ok(Limits::default());
    }
    Limits::deserialize(&row.guardrails).map_err(|error| Error::Conflict {
        message: format!(
            "the guardrails of agent {:?} cannot be read: {error}",
            row.name
        ),
        hint: Some("set them anew on the agent's page".to_owned()),
    })
}
