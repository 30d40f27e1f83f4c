// The recipe of an agent: chosen from those attached to it first, and run with its inputs.

import { Button, Group, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { recipe as recipeQuery, recipes } from "../api/queries";
import type { Agent } from "../api/wire";
import { TriggerRun } from "./TriggerRun";

export function RunByAgent({ agent }: { agent: Agent }) {
  const known = useQuery(recipes).data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [opened, form] = useDisclosure(false);
  const name = chosen ?? agent.recipes[0] ?? null;
  const slug = known.find((recipe) => recipe.name === name)?.slug;
  const others = known.map((recipe) => recipe.name).filter((other) => !agent.recipes.includes(other));
  const groups = [
    { group: "Attached", items: agent.recipes },
    { group: "Other recipes", items: others },
  ].filter((group) => group.items.length > 0);
  return (
    <>
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Select
          flex={1}
          miw={0}
          aria-label={`Recipe for ${agent.name}`}
          placeholder="Choose a recipe"
          data={groups}
          value={name}
          onChange={setChosen}
          nothingFoundMessage="No recipe by that name"
          searchable
        />
        <Button disabled={!slug} onClick={form.open}>
          Trigger Run
        </Button>
      </Group>
      {opened && slug ? <Loaded slug={slug} agent={agent} onClose={form.close} /> : null}
    </>
  );
}

function Loaded({ slug, agent, onClose }: { slug: string; agent: Agent; onClose: () => void }) {
  const found = useQuery(recipeQuery(slug)).data;
  if (!found) return null;
  return (
    <TriggerRun
      recipe={found.name}
      schema={found.inputs_schema}
      tools={found.steps.flatMap((step) => (step.tool ? [step.tool] : []))}
      agent={agent.name}
      opened
      onClose={onClose}
    />
  );
}
