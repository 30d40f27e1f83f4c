-- What each question to a language model took. No texts: these stand where they were asked.
CREATE TABLE model_calls (
  id             INTEGER PRIMARY KEY,
  at             BIGINT NOT NULL,
  purpose        TEXT NOT NULL,
  provider       TEXT NOT NULL,
  model          TEXT NOT NULL,
  mock           INTEGER NOT NULL,
  input_tokens   BIGINT NOT NULL,
  output_tokens  BIGINT NOT NULL,
  cost_micro_usd BIGINT,
  outcome        TEXT NOT NULL
);
CREATE INDEX model_calls_by_time ON model_calls (at);
