//! One tool in both worlds: which of them a call reaches, its argument checks, its health.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use avops_engine::{Clock, Mode, ToolCall, ToolError, ToolReply};
use avops_recipe::{Effect, ToolSpec};
use tokio::sync::Semaphore;

use super::budget::RetryBudget;
use super::gate::Gate;
use crate::arguments::{ArgumentCheck, ResultCheck};
use crate::http::HttpConfig;
use crate::mcp::{Link, McpConfig, Offer, Standing, offers, trouble};
use crate::outbound::{Deadline, excerpt};
use crate::{Connector, Error, Health, Kind, Manifest, Redaction, SettingState, Settings};

/// A health check that takes longer is red.
const HEALTH_LIMIT: Duration = Duration::from_secs(3);

/// Calls of one tool at a time, so that one that hangs holds up only its own.
const CALLS_AT_A_TIME: usize = 256;

/// The two places that a connector can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum World {
    Live,
    Simulated,
}

/// One tool in both worlds.
pub(super) struct Entry {
    pub(super) manifest: Manifest,
    /// The configuration of a tool that was added.
    pub(super) config: Option<HttpConfig>,
    /// The MCP server that it is, if it is one.
    pub(super) mcp: Option<McpEntry>,
    /// Mock runs reach it as it is (see [`crate::InMock`]).
    pub(super) live_in_mock: bool,
    /// Live runs reach its simulator. Kept when the tool is set up anew.
    simulate_always: Arc<AtomicBool>,
    settings: Settings,
    /// Hides its credentials in what comes back.
    redaction: Redaction,
    live: Side,
    simulated: Side,
    checks: HashMap<String, ArgumentCheck>,
    /// Checks of what outside tools answer, where they declare it.
    result_checks: HashMap<String, ResultCheck>,
}

/// What bounds the calls of all tools together.
pub(super) struct Limits {
    pub(super) clock: Arc<dyn Clock>,
    live: Arc<RetryBudget>,
    simulated: Arc<RetryBudget>,
}

impl Limits {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let budget = || Arc::new(RetryBudget::new(clock.now()));
        Self {
            live: budget(),
            simulated: budget(),
            clock,
        }
    }
}

/// An MCP server: its configuration and the connection to it.
pub(super) struct McpEntry {
    pub(super) config: McpConfig,
    pub(super) link: Arc<Link>,
}

/// An MCP server as the outside sees it.
#[derive(Debug, Clone)]
pub struct McpInfo {
    /// Its configuration, with what was approved.
    pub config: McpConfig,
    /// Its tools, offered and approved.
    pub offers: Vec<Offer>,
    /// Why it could not be asked what it offers, where that is so.
    pub problem: Option<String>,
}

impl McpEntry {
    fn info(&self, mode: Mode) -> McpInfo {
        let offers = offers(&self.link, &self.config);
        let asked = offers.iter().any(|offer| offer.offered.is_some());
        let forbidden = self.config.unasked_in_mock();
        let forbidden = forbidden.filter(|_| mode == Mode::Mock && !asked);
        McpInfo {
            config: self.config.clone(),
            offers,
            problem: trouble(&self.link).or_else(|| forbidden.map(str::to_owned)),
        }
    }

    /// What to say of a tool of the server that is called and was not approved.
    fn unapproved(&self, tool: &str, action: &str) -> Option<ToolError> {
        let offers = offers(&self.link, &self.config);
        let offer = offers.iter().find(|offer| offer.action == action)?;
        (offer.standing == Standing::New).then(|| ToolError::Refused {
            message: format!("{tool}.{action} is off: nobody has approved it yet"),
            hint: Some(
                "an admin can look at it and approve it under MCP Tools, or with `avops tools approve`".to_owned(),
            ),
        })
    }
}

/// A connector pointed at one world, and what is known of it there.
struct Side {
    connector: Arc<dyn Connector>,
    clock: Arc<dyn Clock>,
    gate: Gate,
    budget: Arc<RetryBudget>,
    slots: Semaphore,
    last_health: Mutex<Option<Health>>,
}

/// One tool as the outside sees it.
#[derive(Debug, Clone)]
pub struct ToolInfo {
    /// A few words for people.
    pub title: String,
    /// One or two sentences for people.
    pub description: String,
    /// Where it comes from.
    pub kind: Kind,
    /// The world that it is called in now: [`Mode::Live`] or [`Mode::Mock`].
    pub mode: Mode,
    /// The last health check in that mode, if there was one.
    pub health: Option<Health>,
    /// Its name and actions.
    pub spec: Arc<ToolSpec>,
    /// Kinds of artifacts that its actions leave behind, by action name.
    pub artifacts: indexmap::IndexMap<String, Vec<String>>,
    /// The configuration of a tool that was added; `None` for those that ship with the program.
    pub config: Option<HttpConfig>,
    /// What an MCP server offers and what of it was approved; `None` for other tools.
    pub mcp: Option<McpInfo>,
    /// What can be set for it, and what is; credentials are not shown.
    pub settings: Vec<SettingState>,
    /// Whether it answers from the simulated campus also in a live workspace.
    pub simulate_always: bool,
}

impl Side {
    fn new(connector: Arc<dyn Connector>, limits: &Limits, budget: &Arc<RetryBudget>) -> Self {
        let rate = connector.manifest().calls_per_minute;
        Self {
            connector,
            clock: Arc::clone(&limits.clock),
            gate: Gate::new(Arc::clone(&limits.clock), rate),
            budget: Arc::clone(budget),
            slots: Semaphore::new(CALLS_AT_A_TIME),
            last_health: Mutex::new(None),
        }
    }

    /// Makes a call as soon as the tool may be called and there are not too many others. The wait counts towards its
    /// timeout.
    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let begun = Instant::now();
        let deadline = Deadline::after(call.timeout);
        let line = self.connector.manifest().line_of(call);
        self.gate.pass(call, line, deadline).await?;
        self.budget.take(call, self.clock.now())?;
        let outcome = match self.slots.try_acquire() {
            Ok(_permit) => self.connector.call(&with_time_left(call, begun)).await,
            Err(_) => match deadline.wait(self.slots.acquire()).await {
                Some(Ok(_permit)) => self.connector.call(&with_time_left(call, begun)).await,
                _ => return Err(busy(&call.tool)),
            },
        };
        self.gate.ended(call, line, &outcome);
        self.budget.ended(call, &outcome);
        outcome
    }
}

/// The call, with what is left of its time.
fn with_time_left(call: &ToolCall, begun: Instant) -> ToolCall {
    ToolCall {
        timeout: call.timeout.saturating_sub(begun.elapsed()),
        ..call.clone()
    }
}

fn busy(tool: &str) -> ToolError {
    ToolError::NotSent {
        message: format!("{tool} is busy with {CALLS_AT_A_TIME} other calls; nothing was sent"),
        retry_after: None,
    }
}

impl Entry {
    /// Puts the two forms of a connector together and compiles its argument checks.
    pub(super) fn new(
        live: Arc<dyn Connector>,
        simulated: Arc<dyn Connector>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let manifest = live.manifest().clone();
        let unusable = |schema: &str, action: &str, message: String| Error::Config {
            tool: manifest.spec.name.clone(),
            message: format!("the {schema} schema of `{action}` is not usable: {message}"),
        };
        let mut checks = HashMap::new();
        let mut result_checks = HashMap::new();
        for action in manifest.spec.actions.values() {
            let check = ArgumentCheck::compile(&action.input_schema)
                .map_err(|e| unusable("input", &action.name, e))?;
            checks.insert(action.name.clone(), check);
            // What built-in connectors answer is made by themselves.
            if let (Some(schema), false) = (&action.output_schema, manifest.kind == Kind::Builtin) {
                let check = ResultCheck::compile(schema)
                    .map_err(|e| unusable("output", &action.name, e))?;
                result_checks.insert(action.name.clone(), check);
            }
        }
        Ok(Self {
            manifest,
            config: None,
            mcp: None,
            live_in_mock: false,
            simulate_always: Arc::default(),
            settings: Settings::default(),
            redaction: Redaction::default(),
            live: Side::new(live, limits, &limits.live),
            simulated: Side::new(simulated, limits, &limits.simulated),
            checks,
            result_checks,
        })
    }

    /// The same tool with these settings, with which its live form was made.
    pub(super) fn with_settings(self, settings: Settings) -> Self {
        let redaction = Redaction::of(settings.secrets(&self.manifest.settings));
        Self {
            settings,
            redaction,
            ..self
        }
    }

    /// The same tool in the place of `before`, whose choice of world it takes over.
    pub(super) fn in_place_of(self, before: &Self) -> Self {
        Self {
            simulate_always: Arc::clone(&before.simulate_always),
            ..self
        }
    }

    /// The values of its settings.
    pub(super) fn kept_settings(&self) -> Settings {
        self.settings.clone()
    }

    /// The same tool with another live form.
    pub(super) fn reconnected(
        &self,
        live: Arc<dyn Connector>,
        simulated: Option<Arc<dyn Connector>>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let simulated = simulated.unwrap_or_else(|| Arc::clone(&self.simulated.connector));
        Ok(Self {
            simulate_always: Arc::clone(&self.simulate_always),
            ..Self::new(live, simulated, limits)?
        })
    }

    /// Makes it answer from the simulated campus in every mode, or no longer.
    pub(super) fn simulate_always(&self, on: bool) {
        self.simulate_always.store(on, Ordering::Relaxed);
    }

    /// What can be set for it, and what is.
    pub(super) fn settings(&self) -> Vec<SettingState> {
        self.settings.states(&self.manifest.settings)
    }

    /// The world that a call reaches. A dry run reads what the workspace reads, and acts only in
    /// the simulated world, whatever else is set.
    pub(super) fn world(&self, mode: Mode, effect: Effect, workspace_mock: bool) -> World {
        let simulated = match mode {
            _ if self.simulate_always.load(Ordering::Relaxed) => true,
            Mode::Live => false,
            Mode::Mock => !self.live_in_mock,
            Mode::Dry if effect == Effect::Read => workspace_mock && !self.live_in_mock,
            Mode::Dry => true,
        };
        if simulated {
            World::Simulated
        } else {
            World::Live
        }
    }

    /// Makes a call in the world it belongs to. No credential of the tool is in what comes back.
    pub(super) async fn call(
        &self,
        call: &ToolCall,
        workspace_mock: bool,
    ) -> Result<ToolReply, ToolError> {
        match self.answer(call, workspace_mock).await {
            Ok(reply) => Ok(self.redaction.reply(reply)),
            Err(error) => Err(self.redaction.error(error)),
        }
    }

    async fn answer(&self, call: &ToolCall, workspace_mock: bool) -> Result<ToolReply, ToolError> {
        let action = self.manifest.spec.action(&call.action);
        let action = action.ok_or_else(|| self.no_such_action(call))?;
        if call.mode == Mode::Live && workspace_mock && !self.live_in_mock {
            return Err(ToolError::Refused {
                message: format!(
                    "this run is live and the workspace is in mock mode: {} was not called",
                    call.tool
                ),
                hint: Some(
                    "turn mock mode off in Settings, or start the run again in mock mode"
                        .to_owned(),
                ),
            });
        }
        if let Some(check) = self.checks.get(&action.name) {
            check.check(&call.tool, action, &call.args)?;
        }
        let world = self.world(call.mode, action.effect, workspace_mock);
        let side = self.side(world);
        let reply = if call.action == action.name {
            side.call(call).await?
        } else {
            let call = ToolCall {
                action: action.name.clone(),
                ..call.clone()
            };
            side.call(&call).await?
        };
        match self.result_checks.get(&action.name) {
            Some(check) if world == World::Live => check.check(&call.tool, action, reply),
            _ => Ok(reply),
        }
    }

    /// Takes the live tool up again at once, whatever was held against it.
    pub(super) fn reopen(&self) {
        self.live.gate.reopen();
    }

    /// Makes a health check and remembers it.
    pub(super) async fn check(&self, world: World, clock: &dyn Clock) -> Health {
        let side = self.side(world);
        let begun = Instant::now();
        let answer = tokio::time::timeout(HEALTH_LIMIT, side.connector.health()).await;
        let (ok, detail) = match answer {
            Ok(Ok(detail)) => (true, detail),
            Ok(Err(reason)) => (false, reason),
            Err(_) => (
                false,
                format!("no answer within {} s", HEALTH_LIMIT.as_secs()),
            ),
        };
        let health = Health {
            ok,
            latency_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            checked_at: clock.now(),
            detail: excerpt(self.redaction.text(&detail).as_bytes()),
        };
        *side
            .last_health
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(health.clone());
        health
    }

    /// The tool as seen in the workspace's mode.
    pub(super) fn info(&self, mode: Mode) -> ToolInfo {
        let world = self.world(mode, Effect::Read, mode == Mode::Mock);
        let side = self.side(world);
        ToolInfo {
            title: self.manifest.title.clone(),
            description: self.manifest.description.clone(),
            kind: self.manifest.kind,
            mode: match world {
                World::Live => Mode::Live,
                World::Simulated => Mode::Mock,
            },
            health: side
                .last_health
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            spec: Arc::clone(&self.manifest.spec),
            artifacts: self.manifest.artifacts.clone(),
            config: self.config.clone(),
            mcp: self.mcp.as_ref().map(|mcp| mcp.info(mode)),
            settings: self.settings(),
            simulate_always: self.simulate_always.load(Ordering::Relaxed),
        }
    }

    fn side(&self, world: World) -> &Side {
        match world {
            World::Live => &self.live,
            World::Simulated => &self.simulated,
        }
    }

    fn no_such_action(&self, call: &ToolCall) -> ToolError {
        let unapproved = |mcp: &McpEntry| mcp.unapproved(&call.tool, &call.action);
        if let Some(refusal) = self.mcp.as_ref().and_then(unapproved) {
            return refusal;
        }
        let actions = &self.manifest.spec.actions;
        let names: Vec<&str> = actions.keys().map(String::as_str).collect();
        ToolError::Refused {
            message: format!("{} has no action `{}`", call.tool, call.action),
            hint: Some(format!("it has: {}", names.join(", "))),
        }
    }
}
