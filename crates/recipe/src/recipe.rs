//! The typed program: what a recipe says once every mistake is out of it.

use std::time::Duration;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::expr::Expression;
use crate::source::Span;
use crate::template::{Template, ValueTemplate};

/// One of the four parts of a run, in their order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Captures inputs.
    Intake,
    /// Checks before anything is touched.
    Plan,
    /// Calls tools.
    Act,
    /// Proves the result.
    Verify,
}

impl Phase {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::Intake, Self::Plan, Self::Act, Self::Verify];

    /// The key in YAML and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Plan => "plan",
            Self::Act => "act",
            Self::Verify => "verify",
        }
    }
}

/// A whole recipe.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Unique among recipes, without case.
    pub name: String,
    /// One or two sentences; empty when absent.
    pub description: String,
    /// 1 when absent.
    pub version: u32,
    /// What changed, newest last.
    pub changelog: Vec<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// What can go wrong.
    pub risk: Option<Risk>,
    /// Everything intake asks for, in order of appearance.
    pub inputs: Vec<Input>,
    /// Steps of intake.
    pub intake: Vec<Step>,
    /// Steps of plan.
    pub plan: Vec<Step>,
    /// Steps of act.
    pub act: Vec<Step>,
    /// Steps of verify.
    pub verify: Vec<Step>,
    /// Limits, locks, rollback.
    pub guardrails: Guardrails,
    /// Evaluated at the end of a successful run.
    pub success_metrics: Vec<Metric>,
    /// The run's result, name to value.
    pub outputs: IndexMap<String, ValueTemplate>,
}

impl Recipe {
    /// The steps of one phase.
    pub fn steps(&self, phase: Phase) -> &[Step] {
        match phase {
            Phase::Intake => &self.intake,
            Phase::Plan => &self.plan,
            Phase::Act => &self.act,
            Phase::Verify => &self.verify,
        }
    }
}

/// What can go wrong, as its author says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// How bad.
    pub level: RiskLevel,
    /// Why, and what protects; also the written reason where nothing can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// How bad it can get.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum RiskLevel {
    /// Nobody would notice.
    Low,
    /// Somebody is disturbed.
    Medium,
    /// An event or many people are at stake.
    High,
}

/// Something a person (or a caller) gives a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The `x` of `intake.x`.
    pub name: String,
    /// The question as written (`ask`), or the name (`gather`).
    pub question: String,
    /// Its JSON type.
    pub kind: InputKind,
    /// Used when nothing is given.
    pub default: Option<Value>,
    /// The only values allowed, when not empty.
    pub choices: Vec<Value>,
    /// Whether a run cannot go on without it. True unless `required: false` or a default stands.
    pub required: bool,
    /// Where it is written.
    pub span: Span,
}

/// Type of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// Text.
    #[default]
    String,
    /// Any number.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// `2026-11-24`.
    Date,
    /// RFC 3339.
    Datetime,
    /// A list.
    Array,
    /// A mapping.
    Object,
}

/// One step: a verb and its modifiers.
#[derive(Debug, Clone)]
pub struct Step {
    /// Unique in the recipe and stable for one text: the author's `id`, else the path
    /// (`act.2`, `act.2.then.1`, `act.2.undo`; counted from 1).
    pub id: String,
    /// Where it is written.
    pub span: Span,
    /// What it does.
    pub verb: Verb,
    /// What people read; a short form of the verb when absent.
    pub title: Option<Template>,
    /// Name of the result (`as`, else what the action declares). `None` where the step has no result.
    pub bind: Option<String>,
    /// Skipped unless true.
    pub when: Option<Expression>,
    /// Repeated for each item.
    pub for_each: Option<ForEach>,
    /// How often it is tried again.
    pub retry: Option<Retry>,
    /// Repeated until true (polling); a read action.
    pub until: Option<Until>,
    /// Longest time for one attempt, or for the whole polling where `until` stands, or for a person's answer.
    pub timeout: Option<Duration>,
    /// What a failure means.
    pub on_error: OnError,
    /// Reverses this step.
    pub undo: Option<Box<Step>>,
    /// Answers "did it happen?" after an unknown outcome.
    pub probe: Option<Probe>,
    /// Narrowed repeat class, when the author wrote one.
    pub repeat: Option<crate::vocabulary::Repeat>,
    /// The line of the SOP it came from.
    pub source: Option<SopLine>,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Verb {
    /// `ask` or `gather`: binds `intake.NAME`. The input stands in [`Recipe::inputs`] under this name.
    Input {
        /// Name of the input.
        name: String,
    },
    /// Calls a tool.
    Action(Call),
    /// Must be true.
    Check {
        /// The condition.
        condition: Expression,
        /// Said when it is false.
        message: Option<Template>,
    },
    /// Posts a message.
    Notify(Notice),
    /// Parks the run until a person with `role` answers.
    Approve {
        /// What is asked.
        question: Template,
        /// Who may answer.
        role: String,
    },
    /// Parks the run until a person has done something.
    Manual {
        /// What to do.
        instruction: Template,
    },
    /// A durable timer.
    Wait {
        /// How long.
        duration: Duration,
    },
    /// The model works on a goal.
    Agent {
        /// The goal.
        goal: Template,
        /// Most turns.
        max_turns: u32,
        /// Most tokens of the step.
        max_tokens: Option<u64>,
        /// JSON Schema of its answer.
        output: Option<Value>,
        /// Tools and actions that it may use, of those that the agent may; all when absent.
        tools: Option<Vec<String>>,
        /// Whether a person is asked before every act, and not only before destructive ones.
        approve_acts: bool,
    },
    /// Runs another recipe as a child run.
    Recipe {
        /// Its name.
        name: Template,
        /// Its inputs.
        with: ValueTemplate,
    },
    /// Binds values.
    Set {
        /// Name to value.
        values: IndexMap<String, ValueTemplate>,
    },
    /// A branch.
    If {
        /// The condition.
        condition: Expression,
        /// Steps when true.
        then: Vec<Step>,
        /// Steps when false.
        otherwise: Vec<Step>,
    },
    /// A block.
    Do {
        /// Its steps.
        steps: Vec<Step>,
    },
    /// Ends the run on purpose.
    Stop {
        /// Why.
        reason: Template,
    },
}

/// A call of a tool's action, resolved against the vocabulary.
#[derive(Debug, Clone)]
pub struct Call {
    /// Tool name, resolved; as written when the vocabulary does not know it (which is a diagnostic).
    pub tool: String,
    /// Canonical action name (aliases resolved).
    pub action: String,
    /// Arguments.
    pub with: ValueTemplate,
}

/// A message to people.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Tool that posts it, for example `slack`.
    pub tool: String,
    /// For example `#avops`.
    pub target: Template,
    /// The text.
    pub text: Template,
}

/// Repetition over a list.
#[derive(Debug, Clone)]
pub struct ForEach {
    /// Gives the list.
    pub items: Expression,
    /// How many items at a time; at least 1.
    pub parallel: u32,
}

/// How often and how patiently a step is tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// Attempts after the first.
    pub max: u32,
    /// Pause before the second attempt.
    pub backoff: Duration,
    /// Each further pause is this many times the one before.
    pub factor: f64,
    /// No pause is longer.
    pub max_backoff: Duration,
}

/// Polling.
#[derive(Debug, Clone)]
pub struct Until {
    /// Ends the polling when true; sees the step's own result.
    pub condition: Expression,
    /// Pause between two calls.
    pub every: Duration,
}

/// What a failed step means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    /// The run fails and rolls back.
    #[default]
    Fail,
    /// The failure is recorded and the run goes on.
    Continue,
}

/// "Did it happen?" for a step whose outcome is unknown.
#[derive(Debug, Clone)]
pub struct Probe {
    /// A read action.
    pub call: Call,
    /// Name of the probe's result in `check`: what the action declares.
    pub bind: String,
    /// True when it happened.
    pub check: Expression,
}

/// The line of an SOP that a step came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SopLine {
    /// From 1; absent when only the text is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Limits of a run.
#[derive(Debug, Clone, Default)]
pub struct Guardrails {
    /// For the whole run, waiting for people not counted.
    pub timeout: Option<Duration>,
    /// Default for every step.
    pub step_timeout: Option<Duration>,
    /// Steps after the undos of a failed run: notices or actions.
    pub rollback: Vec<Step>,
    /// The author's reason for having no rollback (`rollback: none` with a reason).
    pub no_rollback_reason: Option<String>,
    /// Runs with equal locks never act at the same time.
    pub lock: Option<Template>,
    /// Most act calls in one run.
    pub max_actions: Option<u32>,
    /// Most model tokens in one run.
    pub max_tokens: Option<u64>,
    /// Narrows the tools an agent step may use.
    pub allow_tools: Option<Vec<String>>,
    /// Domains that may not be fetched.
    pub deny_domains: Vec<String>,
    /// Act only inside it.
    pub maintenance_window: Option<MaintenanceWindow>,
    /// Every destructive act call asks first.
    pub approve_destructive: bool,
    /// The same fix is not repeated more often.
    pub cooldown: Option<Cooldown>,
    /// `Some(false)` switches the guard before destructive calls off; on when absent.
    pub do_no_harm: Option<bool>,
    /// Whose days close act.
    pub calendars: Calendars,
}

/// Which calendars of the workspace hold for a recipe.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Calendars {
    /// Those that hold for every recipe.
    #[default]
    OfWorkspace,
    /// Those that hold for every recipe, and these.
    AlsoNamed(Vec<String>),
    /// None: what it does cannot wait.
    Ignored,
}

/// When act may run. An `end` before `start` means the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceWindow {
    /// Days on which the window opens, 1 = Monday … 7 = Sunday; empty means every day.
    pub days: Vec<u8>,
    /// Minutes after midnight.
    pub start: u16,
    /// Minutes after midnight.
    pub end: u16,
    /// IANA name, or [`MaintenanceWindow::OF_ROOM`].
    pub tz: String,
}

impl MaintenanceWindow {
    /// Stands for the time zone of the room that the run is about.
    pub const OF_ROOM: &str = "room";
}

/// How often the same fix may run.
#[derive(Debug, Clone)]
pub struct Cooldown {
    /// What "the same" is.
    pub key: Template,
    /// Within how long.
    pub period: Duration,
    /// At most so many runs.
    pub max: u32,
}

/// A measured value of a successful run.
#[derive(Debug, Clone)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its value; must render to a number.
    pub value: ValueTemplate,
    /// For people.
    pub unit: Option<String>,
    /// What it should be.
    pub target: Option<Target>,
}

/// `<= 300`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// How to compare.
    pub comparison: Comparison,
    /// With what.
    pub number: f64,
}

/// How a metric is compared with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// `<`
    #[serde(rename = "<")]
    Less,
    /// `<=`
    #[serde(rename = "<=")]
    AtMost,
    /// `==`
    #[serde(rename = "==")]
    Equal,
    /// `>=`
    #[serde(rename = ">=")]
    AtLeast,
    /// `>`
    #[serde(rename = ">")]
    Greater,
}
