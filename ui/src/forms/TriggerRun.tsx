// Trigger Run: agent, inputs, and dry run beside run. Remembers the values of last time.

import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { agents } from "../api/queries";
import type { Json, Started } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { type Inputs, InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";

interface Props {
  recipe: string;
  schema: Json;
  opened: boolean;
  onClose: () => void;
}

export function TriggerRun({ recipe, schema, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Run ${recipe}`} size="lg">
      {opened ? <Form recipe={recipe} schema={schema} onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ recipe, schema, onClose }: Omit<Props, "opened">) {
  const memory = `inputs:${recipe}`;
  const known = useQuery(agents).data?.items ?? [];
  const attached = known.filter((agent) => agent.recipes.includes(recipe));
  const [chosen, setChosen] = useState<string | null>(null);
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

function remembered(key: string): Inputs {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as Inputs; // written by this form only
  } catch {
    return {};
  }
}
