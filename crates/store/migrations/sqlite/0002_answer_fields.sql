-- Header fields of a kept answer that a repetition gets as well, as a JSON object. Status 0 is a request that was begun
-- and has no answer yet.
ALTER TABLE answers ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';
