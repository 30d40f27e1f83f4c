-- Times are nanoseconds since 1970 (UTC): a row must give back exactly what was folded. The views show them as text.
-- Identifiers are text. JSON is text.

CREATE TABLE installation (
  id         TEXT NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL
);

-- The truth: everything that happened to each run, in order.
CREATE TABLE journal (
  run_id TEXT NOT NULL,
  seq    BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  format INTEGER NOT NULL,
  event  TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

-- What follows from the journal, written with it.
CREATE TABLE runs (
  id             TEXT NOT NULL PRIMARY KEY,
  accepted_at    BIGINT NOT NULL,
  status         TEXT NOT NULL,
  waiting_for    TEXT,
  wake_at        BIGINT,
  lock           TEXT,
  outcome        TEXT,
  started_at     BIGINT,
  finished_at    BIGINT,
  duration_ms    BIGINT,
  working_ms     BIGINT,
  plan_act_ms    BIGINT,
  checks         BIGINT NOT NULL,
  checks_held    BIGINT NOT NULL,
  rollback       TEXT,
  seq            BIGINT NOT NULL,
  name           TEXT NOT NULL,
  agent_id       TEXT,
  agent          TEXT,
  recipe_id      TEXT,
  recipe         TEXT NOT NULL,
  recipe_version BIGINT NOT NULL,
  recipe_hash    TEXT NOT NULL,
  workflow_id    TEXT,
  trigger        TEXT NOT NULL,
  mode           TEXT NOT NULL,
  requested_by   TEXT NOT NULL,
  parent_run     TEXT,
  parent_step    TEXT,
  url            TEXT NOT NULL,
  error          TEXT,
  metrics        TEXT NOT NULL,
  inputs         TEXT NOT NULL,
  outputs        TEXT NOT NULL,
  meta           TEXT NOT NULL
);

-- One index that holds all that lists filter by, so that any combination of filters reads the index alone.
CREATE INDEX runs_listed ON runs
  (accepted_at, id, status, mode, trigger, waiting_for, recipe_id, agent_id, workflow_id, duration_ms);
CREATE INDEX runs_of_recipe ON runs (recipe_id, accepted_at, id);
CREATE INDEX runs_of_agent ON runs (agent_id, accepted_at, id);
CREATE INDEX runs_open ON runs (id) WHERE finished_at IS NULL;

CREATE TABLE steps (
  run_id      TEXT NOT NULL,
  key         TEXT NOT NULL,
  seq         BIGINT NOT NULL,
  phase       TEXT NOT NULL,
  title       TEXT NOT NULL,
  verb        TEXT NOT NULL,
  tool        TEXT,
  action      TEXT,
  attempt     BIGINT NOT NULL,
  status      TEXT NOT NULL,
  message     TEXT,
  payload     TEXT NOT NULL,
  result      TEXT NOT NULL,
  error       TEXT,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT,
  gate        TEXT,
  PRIMARY KEY (run_id, key)
);
CREATE INDEX steps_waited_for ON steps (started_at, run_id, key) WHERE gate IS NOT NULL;

CREATE TABLE artifacts (
  run_id      TEXT NOT NULL,
  number      BIGINT NOT NULL,
  step_key    TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  title       TEXT NOT NULL,
  external_id TEXT,
  url         TEXT,
  data        TEXT NOT NULL,
  PRIMARY KEY (run_id, number)
);

CREATE TABLE request_keys (
  principal TEXT NOT NULL,
  key       TEXT NOT NULL,
  content   TEXT NOT NULL,
  run_id    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (principal, key)
) WITHOUT ROWID;

CREATE TABLE turns (
  key    TEXT NOT NULL,
  run_id TEXT NOT NULL,
  at     BIGINT NOT NULL,
  PRIMARY KEY (key, run_id)
) WITHOUT ROWID;
CREATE INDEX turns_by_time ON turns (key, at);

-- The catalog.
CREATE TABLE recipe_texts (
  hash    TEXT NOT NULL PRIMARY KEY,
  yaml    TEXT NOT NULL
);

CREATE TABLE recipes (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  folded     TEXT NOT NULL UNIQUE,
  slug       TEXT NOT NULL UNIQUE,
  version    BIGINT NOT NULL,
  stage      TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE recipe_versions (
  recipe_id  TEXT NOT NULL REFERENCES recipes (id) ON DELETE CASCADE,
  version    BIGINT NOT NULL,
  hash       TEXT NOT NULL REFERENCES recipe_texts (hash),
  changelog  TEXT,
  author     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (recipe_id, version)
);
CREATE TRIGGER recipe_versions_stay BEFORE UPDATE ON recipe_versions
BEGIN SELECT RAISE(ABORT, 'recipe versions are never changed'); END;

CREATE TABLE agents (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL,
  folded      TEXT NOT NULL UNIQUE,
  domain      TEXT NOT NULL,
  description TEXT NOT NULL,
  tools       TEXT NOT NULL,
  defaults    TEXT NOT NULL,
  model       TEXT,
  guardrails  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);

CREATE TABLE agent_recipes (
  agent_id  TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  recipe_id TEXT NOT NULL REFERENCES recipes (id) ON DELETE CASCADE,
  place     BIGINT NOT NULL,
  PRIMARY KEY (agent_id, recipe_id)
);
CREATE INDEX agent_recipes_by_recipe ON agent_recipes (recipe_id);

CREATE TABLE connectors (
  name       TEXT NOT NULL PRIMARY KEY,
  kind       TEXT NOT NULL,
  config     TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE settings (
  key        TEXT NOT NULL PRIMARY KEY,
  value      TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL
);

-- Secrets that let somebody in are kept as SHA-256 only.
CREATE TABLE tokens (
  id           TEXT NOT NULL PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  role         TEXT NOT NULL,
  may_approve  BIGINT NOT NULL,
  prefix       TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  last_used_at BIGINT
);

CREATE TABLE sign_ins (
  hash        TEXT NOT NULL PRIMARY KEY,
  actor_id    TEXT NOT NULL,
  name        TEXT NOT NULL,
  role        TEXT NOT NULL,
  may_approve BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL
);

CREATE TABLE sessions (
  id           TEXT NOT NULL PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  actor_id     TEXT NOT NULL,
  name         TEXT NOT NULL,
  role         TEXT NOT NULL,
  may_approve  BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE answers (
  principal  TEXT NOT NULL,
  key        TEXT NOT NULL,
  content    TEXT NOT NULL,
  status     BIGINT NOT NULL,
  body       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (principal, key)
) WITHOUT ROWID;

CREATE TABLE audit (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  at          BIGINT NOT NULL,
  actor_id    TEXT NOT NULL,
  who         TEXT NOT NULL,
  what        TEXT NOT NULL,
  object      TEXT NOT NULL,
  before_hash TEXT,
  after_hash  TEXT,
  reason      TEXT
);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- What an ordinary SQLite client reads.
CREATE VIEW workflow_run AS
SELECT id, name, agent_id, agent, recipe_id, recipe, recipe_version, workflow_id, trigger, mode, status, waiting_for,
  strftime('%Y-%m-%dT%H:%M:%fZ', accepted_at / 1e9, 'unixepoch') AS accepted_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1e9, 'unixepoch') AS started_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1e9, 'unixepoch') AS finished_at,
  duration_ms AS duration, error ->> '$.message' AS error, inputs, outputs, meta
FROM runs;

CREATE VIEW step_event AS
SELECT run_id || ':' || key AS id, run_id, seq, phase, key, title, verb, tool, action, attempt, status, message, payload,
  result, error,
  strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1e9, 'unixepoch') AS started_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1e9, 'unixepoch') AS finished_at
FROM steps;

CREATE VIEW artifact AS
SELECT run_id || ':' || number AS id, run_id, step_key, kind, title, url, external_id, data,
  strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1e9, 'unixepoch') AS created_at
FROM artifacts;
