-- Notices of waits for people: one row a wait, made before the notice is sent, so that each is sent once.

CREATE TABLE notices (
  run_id  TEXT NOT NULL,
  step    TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  state   TEXT NOT NULL,
  channel TEXT NOT NULL,
  tries   BIGINT NOT NULL,
  next_at BIGINT,
  at      BIGINT NOT NULL,
  error   TEXT,
  url     TEXT,
  PRIMARY KEY (run_id, step, attempt)
) WITHOUT ROWID;
CREATE INDEX notices_due ON notices (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX notices_by_time ON notices (at);
