-- What people set for tools. Each value is sealed for its tool and name; the key is in a file beside the database.
CREATE TABLE tool_settings (
  tool       TEXT NOT NULL,
  name       TEXT NOT NULL,
  key_id     TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tool, name)
);
