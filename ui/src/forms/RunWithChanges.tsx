// A run again, with inputs that differ: what somebody does who was asked for changes.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { recipe as recipeQuery } from "../api/queries";
import type { JsonObject, Started } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";

interface Props {
  run: { id: string; recipe: string; inputs: JsonObject };
  slug: string;
}

export function RunWithChanges({ run, slug }: Props) {
  const [opened, window] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={window.open}>
        Change and run again
      </Button>
      <Modal opened={opened} onClose={window.close} title={`Run ${run.recipe} again`} size="lg">
        {opened ? <Form run={run} slug={slug} onDone={window.close} /> : null}
      </Modal>
    </>
  );
}

function Form({ run, slug, onDone }: Props & { onDone: () => void }) {
  const navigate = useNavigate();
  const found = useQuery(recipeQuery(slug));
  const form = readInputsSchema(found.data?.inputs_schema);
  const [values, setValues] = useState<JsonObject>();
  const shown = values ?? initialInputs(form, run.inputs);
  const again = useMutation({
    mutationFn: () => post<Started>(`/api/v1/runs/${run.id}/rerun`, { version: "latest", inputs: shown }),
    onSuccess: (started) => {
      announce({ title: "Run started", text: `${run.recipe} again`, to: paths.run(started.id) });
      onDone();
      navigate({ to: paths.run(started.id) });
    },
  });
  if (!found.data) return <Refusal error={found.error} />;
  return (
    <Stack>
      {Object.keys(form.properties).length === 0 ? (
        <Text size="sm">This recipe asks for nothing; its newest version runs.</Text>
      ) : (
        <InputsForm schema={form} values={shown} onChange={setValues} />
      )}
      <Refusal error={again.error} />
      <Group justify="flex-end">
        <Button
          loading={again.isPending}
          disabled={missingInputs(form, shown).length > 0}
          onClick={() => again.mutate()}
        >
          Run
        </Button>
      </Group>
    </Stack>
  );
}
