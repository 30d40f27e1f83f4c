// A run again: which version, from where, with which inputs, for real or dry; and what that would do, before it is done.

import { Button, Checkbox, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { recipeVersion, recipeVersions, rerunPreview } from "../api/queries";
import type { AgainAnswer, JsonObject, Rerun, Run, Started } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";
import { RerunOutlook } from "./RerunOutlook";

interface Props {
  run: Run;
  /** The recipe, where the run did not come from a text. */
  slug?: string;
  /** Where to begin. */
  from: string;
  onClose: () => void;
}

export function RunAgain(props: Props) {
  return (
    <Modal opened onClose={props.onClose} title={`Run “${props.run.name}” again`} size="lg">
      <Form {...props} />
    </Modal>
  );
}

/** Where a run may begin, most likely first. */
function starts(run: Run): { value: string; label: string }[] {
  const failed = run.status === "failed" || run.status === "cancelled" || run.status === "unproven";
  const items = run.steps.some((step) => step.status === "failed" && step.key.endsWith("]"));
  const steps = run.steps.filter(
    (step) => (step.phase === "act" || step.phase === "verify") && !step.key.includes(":"),
  );
  return [
    { value: "start", label: "From the beginning; nothing is reused" },
    ...(failed ? [{ value: "failed", label: "Where it failed; what was done and stands is reused" }] : []),
    ...(items ? [{ value: "failed_items", label: "Only the failed items of loops" }] : []),
    ...steps.slice(0, 200).map((step) => ({ value: step.key, label: `${step.key} · ${step.title}` })),
  ];
}

function Form({ run, slug, from: first, onClose }: Props) {
  const navigate = useNavigate();
  const versions = useQuery({ ...recipeVersions(slug ?? ""), enabled: slug !== undefined }).data?.items ?? [];
  const newest = versions[0]?.version;
  const [version, setVersion] = useState<string>("same");
  const [from, setFrom] = useState(first);
  const [dry, setDry] = useState(false);
  const [edits, setEdits] = useState(false);
  const [values, setValues] = useState<JsonObject>();
  const [answers, setAnswers] = useState<Record<string, AgainAnswer>>({});
  const number = version === "same" ? run.recipe_version : version === "latest" ? newest : Number(version);
  const recipe = useQuery({
    ...recipeVersion(slug ?? "", number ?? 0),
    enabled: slug !== undefined && number !== undefined && edits,
  });
  const form = readInputsSchema(recipe.data?.inputs_schema);
  const inputs = edits && recipe.data ? (values ?? initialInputs(form, run.inputs)) : undefined;
  const asked: Rerun = {
    version: version === "same" || version === "latest" ? version : Number(version),
    from,
    dry_run: dry,
    inputs,
    answers,
  };
  const [settled] = useDebouncedValue(asked, 250);
  const preview = useQuery({ ...rerunPreview(run.id, settled), enabled: from !== "start" });
  const start = useMutation({
    mutationFn: () => post<Started>(`/api/v1/runs/${run.id}/rerun`, asked),
    onSuccess: (started) => {
      announce({ title: "Run started", text: `${run.recipe} again`, to: paths.run(started.id) });
      onClose();
      navigate({ to: paths.run(started.id) });
    },
  });
  const refused = from !== "start" && (preview.data?.refusals.length ?? 0) > 0;
  const lacks = inputs ? missingInputs(form, inputs) : [];
  return (
    <Stack>
      <Select
        label="Version"
        data={[
          { value: "same", label: `The one that ran (version ${run.recipe_version})` },
          ...(slug ? [{ value: "latest", label: `The newest${newest ? ` (version ${newest})` : ""}` }] : []),
          ...versions.map((known) => ({
            value: String(known.version),
            label: `Version ${known.version}${known.changelog ? `: ${known.changelog}` : ""}`,
          })),
        ]}
        value={version}
        onChange={(chosen) => setVersion(chosen ?? "same")}
        description={slug ? undefined : "The run came from a text, which has no other versions"}
        allowDeselect={false}
      />
      <Select
        label="Begin"
        data={starts(run)}
        value={from}
        onChange={(chosen) => {
          setFrom(chosen ?? "start");
          setAnswers({});
        }}
        searchable
        allowDeselect={false}
      />
      <Checkbox
        label="With other inputs"
        description={
          slug ? "Else with those that it had, answers of people included" : "Only for a saved recipe"
        }
        checked={edits}
        disabled={!slug}
        onChange={(event) => setEdits(event.currentTarget.checked)}
      />
      {edits && recipe.data ? (
        Object.keys(form.properties).length === 0 ? (
          <Text size="sm">This version asks for nothing.</Text>
        ) : (
          <InputsForm schema={form} values={inputs ?? {}} onChange={setValues} />
        )
      ) : null}
      <Checkbox
        label="Dry run"
        description="Intake and plan for real, everything else against the simulators"
        checked={dry}
        onChange={(event) => setDry(event.currentTarget.checked)}
      />
      {from === "start" ? null : (
        <>
          <Refusal error={preview.error} />
          {preview.data ? (
            <RerunOutlook
              preview={preview.data}
              answers={answers}
              answer={(step, as) => setAnswers((known) => ({ ...known, [step]: { as } }))}
            />
          ) : null}
        </>
      )}
      <Refusal error={start.error} />
      <Group justify="flex-end">
        {lacks.length > 0 ? (
          <Text size="sm" c="dimmed">
            The run will ask for {lacks.join(", ")}.
          </Text>
        ) : null}
        <Button
          loading={start.isPending}
          disabled={refused}
          title={refused ? "It would be refused, as is said above" : undefined}
          onClick={() => start.mutate()}
          data-autofocus
        >
          {dry ? "Start the dry run" : "Start"}
        </Button>
      </Group>
    </Stack>
  );
}
