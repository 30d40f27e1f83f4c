-- Rooms and devices, each as one JSON document under its id, and what was approved of connectors that files describe.

CREATE TABLE places (
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  document   TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE connector_files (
  tool       TEXT NOT NULL PRIMARY KEY,
  text_hash  TEXT NOT NULL,
  reached_by TEXT,
  approved   TEXT NOT NULL,
  updated_at BIGINT NOT NULL
) WITHOUT ROWID;
