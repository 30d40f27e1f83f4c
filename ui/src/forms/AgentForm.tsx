// An agent, made, changed or copied: name, domain, the tools it may use, the recipes attached to it.

import { Autocomplete, Button, Group, MultiSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client";
import { recipes, tools } from "../api/queries";
import type { Agent } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { AgentBounds, bodyOf, boundsOf } from "./AgentBounds";

/** The domains of the runbook; any other word will do as well. */
export const DOMAINS = ["support", "events", "builds", "admin", "monitoring"];

interface Props {
  /** What the form starts with. */
  from?: Agent;
  /** Whether it makes another agent like it, instead of changing it. */
  copy?: boolean;
  onDone: () => void;
}

export function AgentForm({ from, copy = false, onDone }: Props) {
  const changed = copy ? undefined : from;
  const [name, setName] = useState(from ? (copy ? `${from.name} copy` : from.name) : "");
  const [domain, setDomain] = useState(from?.domain ?? "");
  const [description, setDescription] = useState(from?.description ?? "");
  const [allowed, setAllowed] = useState<string[]>(from?.tools ?? []);
  const [attached, setAttached] = useState<string[]>(from?.recipes ?? []);
  const [bounds, setBounds] = useState(() => boundsOf(from));
  const knownTools = useQuery(tools).data?.items ?? [];
  const knownRecipes = useQuery(recipes).data?.items ?? [];
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = { name, domain, description, tools: allowed, recipes: attached, ...bodyOf(bounds) };
      return changed
        ? ask<Agent>("PATCH", `/api/v1/agents/${changed.id}`, body)
        : ask<Agent>("POST", "/api/v1/agents", body);
    },
    onSuccess: (saved) => {
      queries.invalidateQueries({ queryKey: ["agents"] });
      queries.invalidateQueries({ queryKey: ["tools"] });
      announce({
        title: changed ? "Agent saved" : "Agent created",
        text: saved.name,
        to: paths.agent(saved.id),
      });
      onDone();
    },
  });
  return (
    <Stack>
      <Group grow align="flex-start">
        <TextInput
          label="Name"
          placeholder="Support"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Autocomplete
          label="Domain"
          placeholder="support, or a word of your own"
          data={DOMAINS}
          value={domain}
          onChange={setDomain}
        />
      </Group>
      <Textarea
        label="What it is for"
        autosize
        minRows={2}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <MultiSelect
        label="Tools it may use"
        description="Whole tools, or single actions. None chosen means all of them."
        data={knownTools.map((tool) => ({
          group: tool.title,
          items: [
            { value: tool.name, label: `${tool.name} (all of it)` },
            ...tool.actions.map((action) => `${tool.name}.${action.name}`),
          ],
        }))}
        value={allowed}
        onChange={setAllowed}
        searchable
        clearable
        limit={80}
      />
      <MultiSelect
        label="Recipes"
        description="Offered first when a run is started"
        data={knownRecipes.map((recipe) => recipe.name)}
        value={attached}
        onChange={setAttached}
        nothingFoundMessage="No recipe by that name"
        searchable
        clearable
      />
      <details>
        <summary>Model, defaults and guardrails</summary>
        <AgentBounds bounds={bounds} onChange={setBounds} />
      </details>
      <Refusal error={save.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          disabled={name.trim() === "" || domain.trim() === ""}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {changed ? "Save" : "Create Agent"}
        </Button>
      </Group>
    </Stack>
  );
}
