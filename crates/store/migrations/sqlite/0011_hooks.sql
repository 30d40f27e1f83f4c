-- Signed messages from outside that start workflows: the address of each, and what became of what came there.

CREATE TABLE hooks (
  workflow_id    TEXT NOT NULL PRIMARY KEY REFERENCES workflows (id) ON DELETE CASCADE,
  id             TEXT NOT NULL UNIQUE,
  previous_until BIGINT,
  created_at     BIGINT NOT NULL
);

-- A secret goes with what it opens.
CREATE TRIGGER hooks_take_their_secrets AFTER DELETE ON hooks BEGIN
  DELETE FROM tool_settings WHERE tool = 'hook:' || OLD.workflow_id;
END;

-- `key` is the name under which a repetition is known; what could not be proven has none.
CREATE TABLE deliveries (
  id          TEXT NOT NULL PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  received_at BIGINT NOT NULL,
  key         TEXT,
  delivery    TEXT,
  event       TEXT,
  bytes       BIGINT NOT NULL,
  times       BIGINT NOT NULL,
  last_at     BIGINT NOT NULL,
  outcome     TEXT NOT NULL,
  reason      TEXT,
  inputs      TEXT,
  run_id      TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX deliveries_once ON deliveries (workflow_id, key) WHERE key IS NOT NULL;
CREATE INDEX deliveries_of_workflow ON deliveries (workflow_id, received_at, id);
CREATE INDEX deliveries_by_time ON deliveries (received_at);
CREATE INDEX deliveries_queued ON deliveries (workflow_id, received_at) WHERE outcome = 'queued';
