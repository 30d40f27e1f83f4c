// The draft of a recipe in a conversation: looked at, saved, attached. Running it is another step.

import { Badge, Button, Card, Code, Collapse, Group, List, Select, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, get, post } from "../api/client";
import { agents } from "../api/queries";
import type { Agent, ChatCard, Recipe } from "../api/wire";
import { paths } from "../paths";
import { DraftedBy } from "../widgets/DraftedBy";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

export function ChatDraft({ draft }: { draft: Extract<ChatCard, { kind: "draft" }>["draft"] }) {
  const queries = useQueryClient();
  const known = useQuery(agents).data?.items ?? [];
  const [agent, setAgent] = useState<string | null>(draft.agent ?? null);
  const [saved, setSaved] = useState<Recipe>();
  const [shown, view] = useDisclosure(true);
  const save = useMutation({
    mutationFn: async (attach: boolean) => {
      const recipe =
        saved ??
        (await post<Recipe>("/api/v1/recipes", {
          yaml: draft.yaml,
          changelog: draft.text ? "drafted from a procedure" : undefined,
        }));
      setSaved(recipe);
      if (attach && agent) {
        const address = `/api/v1/agents/${encodeURIComponent(agent)}`;
        const before = await get<Agent>(address);
        if (!before.recipes.includes(recipe.name))
          await ask<Agent>("PATCH", address, { recipes: [...before.recipes, recipe.name] });
      }
      return recipe;
    },
    onSuccess: (recipe, attached) => {
      for (const key of ["recipes", "agents"]) queries.invalidateQueries({ queryKey: [key] });
      announce({
        title: attached ? "Recipe attached" : "Recipe saved",
        text: attached ? `${recipe.name}, attached to ${agent}` : recipe.name,
        to: paths.recipe(recipe.slug),
      });
    },
  });
  return (
    <Card withBorder padding="sm" component="section" aria-label={`Draft of ${draft.name}`}>
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          <Text fw={600}>{draft.name}</Text>
          <Badge color={draft.has_errors ? "red" : "teal"} variant="light" tt="none">
            {draft.has_errors ? "has errors" : "valid"}
          </Badge>
          {saved ? (
            <Badge color="blue" variant="light" tt="none">
              saved as v{saved.version}
            </Badge>
          ) : null}
        </Group>
        <Button size="compact-xs" variant="subtle" onClick={view.toggle} aria-expanded={shown}>
          {shown ? "Hide YAML" : "Show YAML"}
        </Button>
      </Group>
      {draft.text ? <DraftedBy engine={draft.by} reason={draft.reason} work={draft.work} /> : null}
      <Collapse expanded={shown}>
        <Code block className="yaml">
          {draft.yaml}
        </Code>
      </Collapse>
      <Lines title="Left open" lines={draft.questions.map(({ line, text }) => at(line, text))} />
      <Lines title="Assumed" lines={draft.assumptions.map(({ line, text }) => at(line, text))} />
      <Lines title="The check says" lines={draft.problems} />
      {draft.unused > 0 ? (
        <Text size="sm" c="orange" mt="xs">
          {draft.unused} lines of the procedure are not used.
        </Text>
      ) : null}
      <Refusal error={save.error} />
      <Group gap="xs" mt="sm">
        <Button
          size="compact-sm"
          disabled={draft.has_errors || saved !== undefined}
          loading={save.isPending}
          onClick={() => save.mutate(false)}
        >
          Save Recipe
        </Button>
        <Select
          size="xs"
          w={160}
          aria-label="Agent"
          placeholder="agent"
          data={known.map((each) => each.name)}
          value={agent}
          onChange={setAgent}
          searchable
        />
        <Button
          size="compact-sm"
          variant="default"
          disabled={draft.has_errors || !agent}
          title={agent ? undefined : "Choose an agent first"}
          loading={save.isPending}
          onClick={() => save.mutate(true)}
        >
          Attach to Agent
        </Button>
        {saved ? (
          <Button
            size="compact-sm"
            variant="light"
            renderRoot={(props) => (
              <Link {...props} to="/recipes/$slug" params={{ slug: saved.slug }} search={{ run: true }} />
            )}
          >
            Run …
          </Button>
        ) : null}
      </Group>
    </Card>
  );
}

const at = (line: number | null | undefined, text: string) => (line ? `Line ${line}: ${text}` : text);

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <Text size="sm" fw={600} mt="xs">
        {title}
      </Text>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </>
  );
}
