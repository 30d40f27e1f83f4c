// Trigger Run: agent, inputs, and dry run beside run. Remembers the values of last time.

import { Alert, Anchor, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { agents, tools as toolsQuery } from "../api/queries";
import type { Json, Started } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { type Inputs, InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";

interface Props {
  recipe: string;
  schema: Json;
  /** The tools that the recipe calls, by name. */
  tools: string[];
  /** The agent to begin with; else the first that has the recipe attached. */
  agent?: string;
  opened: boolean;
  onClose: () => void;
}

export function TriggerRun({ opened, onClose, ...form }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Run ${form.recipe}`} size="lg">
      {opened ? <Form {...form} onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ recipe, schema, tools, agent: first, onClose }: Omit<Props, "opened">) {
  const memory = `inputs:${recipe}`;
  const known = useQuery(agents).data?.items ?? [];
  const attached = known.filter((agent) => agent.recipes.includes(recipe));
  const [chosen, setChosen] = useState<string | null>(first ?? null);
  const agent = chosen ?? attached[0]?.name ?? known[0]?.name ?? null;
  const form = readInputsSchema(schema);
  const [values, setValues] = useState<Inputs>(() => initialInputs(form, remembered(memory)));
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: (dry_run: boolean) =>
      post<Started>("/api/v1/runs", { agent, recipe, inputs: values, dry_run }),
    onSuccess: (started) => {
      localStorage.setItem(memory, JSON.stringify(values));
      announce({ title: "Run started", text: `${recipe} · ${started.id}`, to: paths.run(started.id) });
      onClose();
      navigate({ to: paths.run(started.id) });
    },
  });
  const missing = missingInputs(form, values);
  return (
    <Stack>
      <Select
        label="Agent"
        description="Those that have the recipe attached come first"
        data={[...attached, ...known.filter((other) => !attached.includes(other))].map((other) => ({
          value: other.name,
          label: `${other.name} (${other.domain})`,
        }))}
        value={agent}
        onChange={setChosen}
        nothingFoundMessage="No agent yet: seed some in the Setup Wizard"
        searchable
      />
      <InputsForm schema={form} values={values} onChange={setValues} />
      {missing.length > 0 ? (
        <Text size="sm" c="dimmed">
          Without {missing.join(", ")} the run starts and asks for it.
        </Text>
      ) : null}
      <Lacking tools={tools} />
      <Refusal error={start.error} />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={!agent}
          loading={start.isPending}
          onClick={() => start.mutate(true)}
        >
          Dry run
        </Button>
        <Button
          disabled={!agent}
          loading={start.isPending}
          onClick={() => start.mutate(false)}
          data-autofocus
        >
          Run
        </Button>
      </Group>
    </Stack>
  );
}

/** What tools of the recipe lack before they can reach real systems, and where to set it. */
function Lacking({ tools }: { tools: string[] }) {
  const known = useQuery(toolsQuery).data?.items ?? [];
  const lacking = known
    .filter((tool) => tools.includes(tool.name) && tool.mode === "live" && !tool.simulate)
    .map((tool) => ({ tool, missing: tool.settings.filter((setting) => setting.required && !setting.set) }))
    .filter((entry) => entry.missing.length > 0);
  if (lacking.length === 0) return null;
  return (
    <Alert color="orange" title="Not set up yet">
      {lacking.map(({ tool, missing }) => (
        <Text key={tool.name} size="sm">
          <Anchor component={Link} to={paths.tool(tool.name)}>
            {tool.title}
          </Anchor>{" "}
          lacks: {missing.map((setting) => setting.title).join(", ")}
        </Text>
      ))}
    </Alert>
  );
}

/** The inputs that were given last, by the key of a recipe. */
export function remembered(key: string): Inputs {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as Inputs; // written by this form only
  } catch {
    return {};
  }
}
