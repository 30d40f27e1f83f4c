-- Workflows: what binds an agent, a recipe and a trigger, and what became of each time that was due.

CREATE TABLE workflows (
  id           TEXT NOT NULL PRIMARY KEY,
  name         TEXT NOT NULL,
  folded       TEXT NOT NULL UNIQUE,
  agent_id     TEXT NOT NULL,
  recipe_id    TEXT NOT NULL,
  version      BIGINT,
  inputs       TEXT NOT NULL,
  trigger      TEXT NOT NULL,
  overlap      TEXT NOT NULL,
  missed       TEXT NOT NULL,
  enabled      BIGINT NOT NULL,
  pause_reason TEXT,
  resume_at    BIGINT,
  anchor_at    BIGINT NOT NULL,
  decided_to   BIGINT NOT NULL,
  wake_at      BIGINT,
  created_by   TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
CREATE INDEX workflows_due ON workflows (wake_at) WHERE wake_at IS NOT NULL;

-- A due time, or a row of them that were treated alike (`nominal` to `through`, `times` of them). A time has one row.
CREATE TABLE occurrences (
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  nominal     BIGINT NOT NULL,
  through     BIGINT NOT NULL,
  times       BIGINT NOT NULL,
  outcome     TEXT NOT NULL,
  reason      TEXT,
  run_id      TEXT,
  decided_at  BIGINT NOT NULL,
  PRIMARY KEY (workflow_id, nominal)
) WITHOUT ROWID;
CREATE INDEX occurrences_queued ON occurrences (workflow_id, nominal) WHERE outcome = 'queued';
CREATE INDEX occurrences_by_time ON occurrences (decided_at);

-- Runs of workflows only: the others pay nothing for these.
CREATE INDEX runs_of_workflow ON runs (workflow_id, accepted_at, id) WHERE workflow_id IS NOT NULL;
CREATE INDEX runs_open_of_workflow ON runs (workflow_id) WHERE finished_at IS NULL AND workflow_id IS NOT NULL;
