-- Results too large for a row, by the SHA-256 of their text: one that several runs have is kept once.
CREATE TABLE contents (
  sha256     TEXT NOT NULL PRIMARY KEY,
  media_type TEXT NOT NULL,
  bytes      BIGINT NOT NULL,
  body       TEXT NOT NULL
);

-- What an artifact holds, where it is kept here.
ALTER TABLE artifacts ADD COLUMN content TEXT REFERENCES contents (sha256);
