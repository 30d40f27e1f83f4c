-- The room that a run is about: its id in the directory, and what was known of it, as JSON.
ALTER TABLE runs ADD COLUMN room_id TEXT;
ALTER TABLE runs ADD COLUMN room TEXT;
CREATE INDEX runs_of_room ON runs (room_id, accepted_at, id) WHERE room_id IS NOT NULL;

-- Lists are filtered by who asked, by version and by room as well: the index that holds all of it is made anew.
DROP INDEX runs_listed;
CREATE INDEX runs_listed ON runs
  (accepted_at, id, status, mode, trigger, waiting_for, recipe_id, recipe_version, agent_id, workflow_id, requested_by,
   room_id, duration_ms);
