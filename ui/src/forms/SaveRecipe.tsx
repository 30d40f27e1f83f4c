// Saves a text as the next version, with a line on what changed; says when a colleague was faster.

import { Button, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, ask } from "../api/client";
import type { Recipe } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

export function SaveRecipe({
  saved,
  text,
  onDone,
}: {
  saved: Recipe;
  text: string;
  onDone: (next: Recipe) => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [changelog, setChangelog] = useState("");
  const save = useMutation({
    mutationFn: (match: boolean) =>
      ask<Recipe>(
        "PUT",
        `/api/v1/recipes/${encodeURIComponent(saved.slug)}`,
        { yaml: text, changelog: changelog.trim() || undefined },
        match ? { "if-match": `"${saved.hash}"` } : {},
      ),
    onSuccess: (next) => {
      queries.setQueryData(["recipe", next.slug], next);
      queries.invalidateQueries({ queryKey: ["recipes"] });
      queries.invalidateQueries({ queryKey: ["recipe", saved.slug, "versions"] });
      announce({ title: `Saved version ${next.version}`, text: next.name, to: paths.recipe(next.slug) });
      onDone(next);
      // The saved text replaces the edited one, so the page has nothing left to lose.
      if (next.slug !== saved.slug) navigate({ to: paths.recipe(next.slug), ignoreBlocker: true });
      else queries.invalidateQueries({ queryKey: ["recipe", saved.slug] });
    },
  });
  const conflict = save.error instanceof ApiError && save.error.problem.status === 412;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(true);
      }}
    >
      <Stack>
        <TextInput
          label="What changed"
          description="One line for the version list"
          placeholder="longer timeout for the big room"
          value={changelog}
          onChange={(event) => setChangelog(event.currentTarget.value)}
          data-autofocus
        />
        <Refusal error={save.error} />
        {conflict ? (
          <Button color="orange" variant="light" onClick={() => save.mutate(false)}>
            Save mine on top all the same
          </Button>
        ) : null}
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}
