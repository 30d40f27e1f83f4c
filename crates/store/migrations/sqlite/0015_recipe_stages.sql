-- What the stage of a recipe is about (its version, why, the tools as they were), and the tests of a recipe.

ALTER TABLE recipes ADD COLUMN stage_version BIGINT;
ALTER TABLE recipes ADD COLUMN stage_record TEXT NOT NULL DEFAULT 'null';

CREATE TABLE recipe_tests (
  recipe_id  TEXT NOT NULL PRIMARY KEY REFERENCES recipes (id) ON DELETE CASCADE,
  yaml       TEXT NOT NULL,
  author     TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
