-- Conversations with the program: threads of messages, each with what it came to (cards, phases) as JSON.

CREATE TABLE chat_threads (
  id         TEXT NOT NULL PRIMARY KEY,
  actor_id   TEXT NOT NULL,
  title      TEXT NOT NULL,
  archived   BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX chat_threads_by_actor ON chat_threads (actor_id, updated_at);

CREATE TABLE chat_messages (
  thread_id TEXT NOT NULL REFERENCES chat_threads (id) ON DELETE CASCADE,
  seq       BIGINT NOT NULL,
  role      TEXT NOT NULL,
  text      TEXT NOT NULL,
  body      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (thread_id, seq)
);
