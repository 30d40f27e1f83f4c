-- Runs that run another one again, and steps whose result another run made.

ALTER TABLE runs ADD COLUMN again_of TEXT;
ALTER TABLE runs ADD COLUMN again_from TEXT;
UPDATE runs SET again_of = json_extract(meta, '$.rerun_of'), again_from = 'start'
  WHERE json_extract(meta, '$.rerun_of') IS NOT NULL;
CREATE INDEX runs_again ON runs (again_of) WHERE again_of IS NOT NULL;
ALTER TABLE steps ADD COLUMN reused_from TEXT;
