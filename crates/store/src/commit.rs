//! Writes a group of batches inside one transaction.

use std::collections::HashMap;
use std::sync::LazyLock;

use avops_engine::{JournalError, RunId, Seq};
use sqlx::Row as _;

use crate::bulk::Bulk;
use crate::dialect::{Bound, Cell, Connection, bind, bulk};
use crate::encode::{
    ARTIFACT_COLUMNS, CONTENT_COLUMNS, FACT_COLUMNS, Facts, JOURNAL_COLUMNS, RequestRow,
    STATE_COLUMNS, STEP_COLUMNS, STEP_NAME,
};
use crate::writer::Item;

static NEW_RUNS: LazyLock<Bulk> = LazyLock::new(|| {
    let columns = 1 + FACT_COLUMNS.len() + STATE_COLUMNS.len();
    let head = format!(
        "INSERT INTO runs (id, {}, {}) VALUES",
        FACT_COLUMNS.join(", "),
        STATE_COLUMNS.join(", ")
    );
    Bulk::new(&head, columns, "")
});

static STATES: LazyLock<Bulk> = LazyLock::new(|| {
    let head = format!("WITH fresh (id, {}) AS (VALUES", STATE_COLUMNS.join(", "));
    let set: Vec<String> = STATE_COLUMNS
        .iter()
        .map(|column| format!("{column} = fresh.{column}"))
        .collect();
    let tail = format!(
        ") UPDATE runs SET {} FROM fresh WHERE runs.id = fresh.id",
        set.join(", ")
    );
    Bulk::new(&head, 1 + STATE_COLUMNS.len(), &tail)
});

static ENTRIES: LazyLock<Bulk> = LazyLock::new(|| {
    let head = format!(
        "INSERT INTO journal ({}) VALUES",
        JOURNAL_COLUMNS.join(", ")
    );
    Bulk::new(&head, JOURNAL_COLUMNS.len(), "")
});

static STEPS: LazyLock<Bulk> = LazyLock::new(|| {
    let head = format!("INSERT INTO steps ({}) VALUES", STEP_COLUMNS.join(", "));
    let set: Vec<String> = STEP_COLUMNS
        .iter()
        .skip(STEP_NAME)
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let tail = format!("ON CONFLICT (run_id, key) DO UPDATE SET {}", set.join(", "));
    Bulk::new(&head, STEP_COLUMNS.len(), &tail)
});

static ARTIFACTS: LazyLock<Bulk> = LazyLock::new(|| {
    let head = format!(
        "INSERT INTO artifacts ({}) VALUES",
        ARTIFACT_COLUMNS.join(", ")
    );
    Bulk::new(&head, ARTIFACT_COLUMNS.len(), "")
});

static CONTENTS: LazyLock<Bulk> = LazyLock::new(|| {
    let head = format!(
        "INSERT INTO contents ({}) VALUES",
        CONTENT_COLUMNS.join(", ")
    );
    Bulk::new(
        &head,
        CONTENT_COLUMNS.len(),
        "ON CONFLICT (sha256) DO NOTHING",
    )
});

static KEYS: LazyLock<Bulk> = LazyLock::new(|| {
    Bulk::new(
        "INSERT INTO request_keys (principal, key, content, run_id, at) VALUES",
        5,
        "",
    )
});

/// What became of an item of a group that was committed.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Its rows are there.
    Written,
    /// An earlier request with the same key and content made this run; nothing was written.
    Known(RunId),
    /// Nothing was written.
    Refused(JournalError),
}

/// Writes a group in which no run occurs twice. The caller commits.
pub(crate) async fn write(
    connection: &mut Connection,
    heads: &HashMap<RunId, Seq>,
    group: &[Item],
) -> Result<Vec<Verdict>, sqlx::Error> {
    let looked_up = look_up_heads(connection, heads, group).await?;
    let mut keys = look_up_keys(connection, group).await?;
    let mut continued = look_up_continued(connection, group).await?;
    let verdicts: Vec<Verdict> = group
        .iter()
        .map(|item| match &item.facts {
            Some(facts) => judge_accept(&mut keys, &mut continued, facts, item),
            None => judge_append(
                heads
                    .get(&item.batch.run)
                    .or(looked_up.get(&item.batch.run)),
                item,
            ),
        })
        .collect();
    let written: Vec<&Item> = group
        .iter()
        .zip(&verdicts)
        .filter(|(_, verdict)| matches!(verdict, Verdict::Written))
        .map(|(item, _)| item)
        .collect();
    write_rows(connection, &written).await?;
    Ok(verdicts)
}

fn judge_append(head: Option<&Seq>, item: &Item) -> Verdict {
    let (run, after) = (item.batch.run, item.batch.after);
    match head {
        None => Verdict::Refused(JournalError::NoSuchRun(run)),
        Some(head) if *head == after => Verdict::Written,
        Some(head) if *head > after => Verdict::Refused(JournalError::Taken {
            run,
            seq: after + 1,
        }),
        Some(head) => Verdict::Refused(JournalError::Failed(format!(
            "run {run} has entries up to {head}; those after {after} would leave a gap"
        ))),
    }
}

fn judge_accept(
    keys: &mut HashMap<(String, String), (String, RunId)>,
    continued: &mut HashMap<RunId, RunId>,
    facts: &Facts,
    item: &Item,
) -> Verdict {
    let named = facts.key.as_ref().map(|key| {
        let name = (key.principal.clone(), key.key.clone());
        (name, key.content.clone())
    });
    if let Some((name, content)) = &named
        && let Some((known, run)) = keys.get(name)
    {
        return if known == content {
            Verdict::Known(*run)
        } else {
            Verdict::Refused(JournalError::KeyReused(*run))
        };
    }
    if let Some(run) = facts.continues {
        if let Some(by) = continued.get(&run) {
            return Verdict::Refused(JournalError::Continued { run, by: *by });
        }
        continued.insert(run, item.batch.run);
    }
    if let Some((name, content)) = named {
        keys.insert(name, (content, item.batch.run));
    }
    Verdict::Written
}

/// The runs whose results the group wants to take over and another run has, with that run.
async fn look_up_continued(
    connection: &mut Connection,
    group: &[Item],
) -> Result<HashMap<RunId, RunId>, sqlx::Error> {
    let mut found = HashMap::new();
    let wanted = group
        .iter()
        .filter_map(|item| item.facts.as_ref()?.continues);
    for run in wanted {
        let by: Option<String> = sqlx::query_scalar(
            "SELECT id FROM runs WHERE again_of = $1 AND again_from <> 'start' AND mode <> 'dry' LIMIT 1",
        )
        .bind(run.to_string())
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(by) = by {
            let by = by
                .parse()
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            found.insert(run, by);
        }
    }
    Ok(found)
}

async fn write_rows(connection: &mut Connection, items: &[&Item]) -> Result<(), sqlx::Error> {
    let batches = || items.iter().map(|item| &item.batch);
    let mut fresh: Vec<&[Cell]> = Vec::new();
    let mut changed: Vec<&[Cell]> = Vec::new();
    let mut keys: Vec<Cell> = Vec::new();
    for item in items {
        let id = std::slice::from_ref(&item.batch.id);
        if let Some(facts) = &item.facts {
            fresh.extend([id, facts.cells.as_slice(), item.batch.state.as_slice()]);
            if let Some(key) = &facts.key {
                keys.extend([
                    key.principal.as_str().into(),
                    key.key.as_str().into(),
                    key.content.as_str().into(),
                    item.batch.id.clone(),
                    facts.accepted_at.into(),
                ]);
            }
        } else {
            changed.extend([id, item.batch.state.as_slice()]);
        }
    }
    NEW_RUNS.run(connection, fresh.into_iter()).await?;
    KEYS.run(connection, std::iter::once(keys.as_slice()))
        .await?;
    STATES.run(connection, changed.into_iter()).await?;
    ENTRIES
        .run(connection, batches().map(|batch| batch.journal.as_slice()))
        .await?;
    STEPS
        .run(connection, batches().map(|batch| batch.steps.as_slice()))
        .await?;
    CONTENTS
        .run(connection, batches().map(|batch| batch.contents.as_slice()))
        .await?;
    ARTIFACTS
        .run(
            connection,
            batches().map(|batch| batch.artifacts.as_slice()),
        )
        .await
}

/// The newest numbers of the runs that the writer does not know, as after a start.
async fn look_up_heads(
    connection: &mut Connection,
    heads: &HashMap<RunId, Seq>,
    group: &[Item],
) -> Result<HashMap<RunId, Seq>, sqlx::Error> {
    let mut found = HashMap::new();
    for item in group {
        let run = item.batch.run;
        if item.facts.is_some() || heads.contains_key(&run) {
            continue;
        }
        let head: Option<i64> = sqlx::query_scalar("SELECT seq FROM runs WHERE id = $1")
            .bind(run.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(head) = head {
            found.insert(run, Seq::try_from(head).unwrap_or_default());
        }
    }
    Ok(found)
}

/// How many keys are asked for at once.
const KEYS_AT_ONCE: usize = 32;

/// The runs that the group's keys made before.
async fn look_up_keys(
    connection: &mut Connection,
    group: &[Item],
) -> Result<HashMap<(String, String), (String, RunId)>, sqlx::Error> {
    static QUESTION: LazyLock<sqlx::SqlStr> = LazyLock::new(|| {
        bulk(
            "WITH wanted (principal, key) AS (VALUES",
            KEYS_AT_ONCE,
            2,
            ") SELECT k.principal, k.key, k.content, k.run_id FROM wanted w \
             JOIN request_keys k ON k.principal = w.principal AND k.key = w.key",
        )
    });
    let keys: Vec<&RequestRow> = group
        .iter()
        .filter_map(|item| item.facts.as_ref()?.key.as_ref())
        .collect();
    let mut found = HashMap::new();
    for some in keys.chunks(KEYS_AT_ONCE) {
        let mut bound = Bound::default();
        // The statement has one size; the last key fills it up.
        let filled = some.iter().chain(std::iter::repeat_n(
            &some[some.len() - 1],
            KEYS_AT_ONCE - some.len(),
        ));
        for key in filled {
            bind(&mut bound, &key.principal.as_str().into())?;
            bind(&mut bound, &key.key.as_str().into())?;
        }
        let rows = sqlx::query_with(QUESTION.clone(), bound)
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            let run: String = row.try_get("run_id")?;
            let run = run
                .parse()
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            found.insert(
                (row.try_get("principal")?, row.try_get("key")?),
                (row.try_get("content")?, run),
            );
        }
    }
    Ok(found)
}

/// The statements that change runs, for tests of their plans.
#[cfg(test)]
pub(crate) fn state_statements() -> &'static [sqlx::SqlStr] {
    STATES.statements()
}
