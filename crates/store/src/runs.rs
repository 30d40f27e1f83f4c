//! Runs as rows.

use avops_engine::{AgainFrom, Mode, Parent, RunId, RunState, RunStatus, StepKey, WaitReason};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{QueryBuilder, Row as _};

use crate::cursor::{bounded, cursor, read};
use crate::dialect::{Db, Row};
use crate::journal::run_id;
use crate::words::{self, counted, named, nanos, parsed, time};
use crate::{Page, Store, StoreError};

/// All columns of a run, for `runs AS r`.
pub(crate) const COLUMNS: &str = "r.id, r.accepted_at, r.status, r.waiting_for, r.wake_at, r.lock, r.outcome, \
     r.started_at, r.finished_at, r.duration_ms, r.working_ms, r.plan_act_ms, r.checks, r.checks_held, r.rollback, \
     r.seq, r.name, r.agent_id, r.agent, r.recipe_id, r.recipe, r.recipe_version, r.recipe_hash, r.workflow_id, \
     r.trigger, r.mode, r.requested_by, r.parent_run, r.parent_step, r.url, r.error, r.metrics, r.inputs, r.outputs, \
     r.meta, r.room, r.again_of, r.again_from";

/// A run with all that lists and pages show of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Where it stands.
    pub state: RunState,
    /// What lists call it.
    pub name: String,
    /// Id of the agent.
    pub agent_id: Option<String>,
    /// Its name.
    pub agent: Option<String>,
    /// Id of the recipe; absent for one straight from a file.
    pub recipe_id: Option<String>,
    /// Its name.
    pub recipe: String,
    /// Its version.
    pub recipe_version: u32,
    /// SHA-256 of its YAML, in hex.
    pub recipe_hash: String,
    /// The workflow that started it.
    pub workflow_id: Option<String>,
    /// What started it.
    pub trigger: String,
    /// Live, mock or dry.
    pub mode: Mode,
    /// Who asked.
    pub requested_by: String,
    /// The run and step that wait for it.
    pub parent: Option<Parent>,
    /// Absolute address of its page.
    pub url: String,
    /// Free data of the caller.
    pub meta: Map<String, Value>,
    /// The run that it runs again, and from where.
    pub again: Option<(RunId, AgainFrom)>,
}

/// Which runs are wanted. Everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Any of these; all when empty.
    pub status: Vec<RunStatus>,
    /// Accepted at or after.
    pub since: Option<Timestamp>,
    /// Accepted before.
    pub until: Option<Timestamp>,
    /// Id of the agent.
    pub agent: Option<String>,
    /// Id of the recipe.
    pub recipe: Option<String>,
    /// Version of the recipe.
    pub version: Option<u32>,
    /// Id of the room in the directory.
    pub room: Option<String>,
    /// Name of who asked.
    pub requested_by: Option<String>,
    /// Id of the workflow.
    pub workflow: Option<String>,
    /// What started it.
    pub trigger: Option<String>,
    /// Live, mock or dry.
    pub mode: Option<Mode>,
    /// For what it waits.
    pub waiting_for: Option<WaitReason>,
    /// Text in its id, name, agent, recipe or error, without case.
    pub text: Option<String>,
    /// By what the list is sorted.
    pub order: RunOrder,
}

/// By what a list of runs is sorted; runs that are equal in it by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunOrder {
    /// The column.
    pub by: RunColumn,
    /// Smallest first instead of largest first.
    pub up: bool,
}

/// A column by which runs are sorted, without case. Only the first comes out of an index in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunColumn {
    /// When it was accepted.
    #[default]
    Accepted,
    /// Its name.
    Name,
    /// Its status, by name.
    Status,
    /// What started it.
    Trigger,
    /// The agent's name.
    Agent,
    /// The recipe's name.
    Recipe,
    /// How long it took in all; runs that are not over are the shortest.
    Duration,
}

impl RunColumn {
    fn key(self) -> &'static str {
        match self {
            Self::Accepted => "accepted_at",
            Self::Name => "lower(name)",
            Self::Status => "status",
            Self::Trigger => "lower(trigger)",
            Self::Agent => "lower(coalesce(agent, ''))",
            Self::Recipe => "lower(recipe)",
            Self::Duration => "coalesce(duration_ms, -1)",
        }
    }

    /// A run's place in the list, as [`listing`] reads it again.
    fn place(self, run: &RunRow) -> String {
        let id = run.state.id.to_string();
        // The database lowers ASCII only, and so does this.
        let text = |text: &str| cursor(0, &[&text.to_ascii_lowercase(), &id]);
        match self {
            Self::Accepted => cursor(nanos(run.state.accepted_at), &[&id]),
            Self::Duration => {
                let ms = run.state.duration_ms.map_or(-1, words::count);
                cursor(ms, &[&id])
            }
            Self::Name => text(&run.name),
            Self::Status => text(run.state.status.as_str()),
            Self::Trigger => text(&run.trigger),
            Self::Agent => text(run.agent.as_deref().unwrap_or_default()),
            Self::Recipe => text(&run.recipe),
        }
    }
}

impl Store {
    /// Lists runs in the filter's order, newest first unless it says otherwise: at most `limit` (1 to 500) after `cursor`.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or when the database fails.
    pub async fn latest_runs(
        &self,
        filter: &RunFilter,
        limit: u32,
        after: Option<&str>,
    ) -> Result<Page<RunRow>, StoreError> {
        let limit = bounded(limit);
        let rows = listing(filter, limit, after)?
            .build()
            .fetch_all(self.reader())
            .await?;
        let found = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(found, limit, |run| filter.order.by.place(run)))
    }

    /// Gives a run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, id: RunId) -> Result<Option<RunRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM runs AS r WHERE r.id = ")
            .push_bind(id.to_string());
        let found = query.build().fetch_optional(self.reader()).await?;
        found.as_ref().map(row).transpose()
    }

    /// Gives the runs that run this one again, newest first, at most 100.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_again(&self, of: RunId) -> Result<Vec<RunRow>, StoreError> {
        let mut query = QueryBuilder::<Db>::new("SELECT ");
        query
            .push(COLUMNS)
            .push(" FROM runs AS r WHERE r.again_of = ")
            .push_bind(of.to_string())
            .push(" ORDER BY r.accepted_at DESC, r.id DESC LIMIT 100");
        let found = query.build().fetch_all(self.reader()).await?;
        found.iter().map(row).collect()
    }
}

/// The query of [`Store::latest_runs`]. The inner part reads one index only, unless text is looked for or the order
/// is another than that of time.
pub(crate) fn listing(
    filter: &RunFilter,
    limit: u32,
    after: Option<&str>,
) -> Result<QueryBuilder<Db>, StoreError> {
    let key = filter.order.by.key();
    let (beyond, direction) = if filter.order.up {
        (">", "ASC")
    } else {
        ("<", "DESC")
    };
    let mut query = QueryBuilder::<Db>::new("WITH found (id, place) AS (SELECT id, ");
    query.push(key).push(" FROM runs WHERE accepted_at >= ");
    query.push_bind(filter.since.map_or(i64::MIN, nanos));
    query
        .push(" AND accepted_at < ")
        .push_bind(filter.until.map_or(i64::MAX, nanos));
    if let Some(after) = after {
        query.push(" AND (").push(key).push(", id) ");
        query.push(beyond).push(" (");
        let id = match filter.order.by {
            RunColumn::Accepted | RunColumn::Duration => {
                let (place, [id]) = read::<1>(after)?;
                query.push_bind(place);
                id
            }
            _ => {
                let (_, [place, id]) = read::<2>(after)?;
                query.push_bind(place);
                id
            }
        };
        query.push(", ").push_bind(id).push(")");
    }
    if !filter.status.is_empty() {
        query.push(" AND status IN (");
        let mut list = query.separated(", ");
        for status in &filter.status {
            list.push_bind(status.as_str());
        }
        query.push(")");
    }
    let equal = [
        ("agent_id", filter.agent.clone()),
        ("recipe_id", filter.recipe.clone()),
        ("workflow_id", filter.workflow.clone()),
        ("trigger", filter.trigger.clone()),
        ("room_id", filter.room.clone()),
        ("requested_by", filter.requested_by.clone()),
        ("mode", filter.mode.map(|mode| words::mode(mode).to_owned())),
        (
            "waiting_for",
            filter
                .waiting_for
                .map(|reason| words::waiting_for(reason).to_owned()),
        ),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            query
                .push(" AND ")
                .push(column)
                .push(" = ")
                .push_bind(value);
        }
    }
    if let Some(version) = filter.version {
        query
            .push(" AND recipe_version = ")
            .push_bind(i64::from(version));
    }
    if let Some(text) = filter
        .text
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        push_text(&mut query, text);
    }
    query.push(" ORDER BY ").push(key).push(" ").push(direction);
    query.push(", id ").push(direction).push(" LIMIT ");
    query.push_bind(i64::from(limit) + 1);
    query.push(") SELECT ").push(COLUMNS);
    query.push(" FROM found JOIN runs AS r ON r.id = found.id ORDER BY found.place ");
    query.push(direction).push(", found.id ").push(direction);
    Ok(query)
}

/// A pattern that finds a text anywhere.
fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn push_text(query: &mut QueryBuilder<Db>, text: &str) {
    let pattern = anywhere(&text.to_lowercase());
    query.push(" AND (");
    let mut any = query.separated(" OR ");
    for column in ["id", "name", "agent", "recipe", "error"] {
        any.push("lower(");
        any.push_unseparated(column);
        any.push_unseparated(") LIKE ");
        any.push_bind_unseparated(pattern.clone());
        any.push_unseparated(" ESCAPE '\\'");
    }
    query.push(")");
}

pub(crate) fn row(row: &Row) -> Result<RunRow, StoreError> {
    let again_of: Option<&str> = row.try_get("again_of")?;
    let again_from: Option<String> = row.try_get("again_from")?;
    let parent_run: Option<&str> = row.try_get("parent_run")?;
    let parent_step: Option<String> = row.try_get("parent_step")?;
    let parent = match (parent_run, parent_step) {
        (Some(run), Some(step)) => Some(Parent {
            run: run_id(run)?,
            step: StepKey(step),
        }),
        _ => None,
    };
    Ok(RunRow {
        state: state(row)?,
        name: row.try_get("name")?,
        agent_id: row.try_get("agent_id")?,
        agent: row.try_get("agent")?,
        recipe_id: row.try_get("recipe_id")?,
        recipe: row.try_get("recipe")?,
        recipe_version: counted("version", row.try_get("recipe_version")?)?,
        recipe_hash: row.try_get("recipe_hash")?,
        workflow_id: row.try_get("workflow_id")?,
        trigger: row.try_get("trigger")?,
        mode: named("mode", row.try_get("mode")?)?,
        requested_by: row.try_get("requested_by")?,
        parent,
        url: row.try_get("url")?,
        meta: parsed("meta", row.try_get("meta")?)?,
        again: match (again_of, again_from) {
            (Some(of), Some(from)) => Some((run_id(of)?, AgainFrom::from(from))),
            _ => None,
        },
    })
}

fn state(row: &Row) -> Result<RunState, StoreError> {
    let moment = |column: &str| -> Result<Option<Timestamp>, StoreError> {
        row.try_get::<Option<i64>, _>(column)?.map(time).transpose()
    };
    let millis = |column: &'static str| -> Result<Option<u64>, StoreError> {
        row.try_get::<Option<i64>, _>(column)?
            .map(|number| counted(column, number))
            .transpose()
    };
    let waiting_for: Option<&str> = row.try_get("waiting_for")?;
    let rollback: Option<&str> = row.try_get("rollback")?;
    let error: Option<&str> = row.try_get("error")?;
    let room: Option<&str> = row.try_get("room")?;
    Ok(RunState {
        id: run_id(row.try_get("id")?)?,
        status: named("status", row.try_get("status")?)?,
        waiting_for: waiting_for.map(|word| named("reason", word)).transpose()?,
        wake_at: moment("wake_at")?,
        lock: row.try_get("lock")?,
        outcome: row.try_get("outcome")?,
        accepted_at: time(row.try_get("accepted_at")?)?,
        started_at: moment("started_at")?,
        finished_at: moment("finished_at")?,
        duration_ms: millis("duration_ms")?,
        working_ms: millis("working_ms")?,
        plan_act_ms: millis("plan_act_ms")?,
        checks: counted("checks", row.try_get("checks")?)?,
        checks_held: counted("checks", row.try_get("checks_held")?)?,
        error: error.map(|text| parsed("error", text)).transpose()?,
        rollback: rollback.map(|word| named("rollback", word)).transpose()?,
        room: room.map(|text| parsed("room", text)).transpose()?,
        inputs: parsed("inputs", row.try_get("inputs")?)?,
        outputs: parsed("outputs", row.try_get("outputs")?)?,
        metrics: parsed("metrics", row.try_get("metrics")?)?,
        seq: counted("entry", row.try_get("seq")?)?,
    })
}
