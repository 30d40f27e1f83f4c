// A workflow, made or changed: one form, with the next times before anything is saved.

import {
  Alert,
  Button,
  Collapse,
  Group,
  List,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { ask } from "../api/client";
import { agents, recipe as recipeQuery, recipes, triggerPreview } from "../api/queries";
import type { Trigger, Workflow } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { fieldsOf, type HookFields, HookForm, hookTrigger } from "./HookForm";
import { type Inputs, InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";

const KINDS = [
  { value: "manual", label: "Manual" },
  { value: "interval", label: "Interval (minutes)" },
  { value: "cron", label: "By the clock" },
  { value: "webhook", label: "Webhook" },
];

export function WorkflowForm({ workflow, onDone }: { workflow?: Workflow; onDone: () => void }) {
  const knownAgents = useQuery(agents).data?.items ?? [];
  const knownRecipes = useQuery(recipes).data?.items ?? [];
  const [name, setName] = useState(workflow?.name ?? "");
  const [agent, setAgent] = useState<string | null>(workflow?.agent ?? null);
  const [recipe, setRecipe] = useState<string | null>(workflow?.recipe ?? null);
  const [version, setVersion] = useState<string>(workflow?.version ? String(workflow.version) : "latest");
  const [values, setValues] = useState<Inputs | null>(workflow ? workflow.inputs : null);
  const [kind, setKind] = useState<Trigger["type"]>(workflow?.trigger.type ?? "manual");
  const [minutes, setMinutes] = useState(
    workflow?.trigger.type === "interval" ? workflow.trigger.minutes : 60,
  );
  const cron = workflow?.trigger.type === "cron" ? workflow.trigger : undefined;
  const [expression, setExpression] = useState(cron?.expression ?? "0 7 * * MON-FRI");
  const [zone, setZone] = useState(cron?.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
  const [hook, setHook] = useState<HookFields>(fieldsOf(workflow?.trigger));
  const [chosenOverlap, setOverlap] = useState<Workflow["overlap"] | undefined>(workflow?.overlap);
  // A time that comes too early may be skipped; a message is about something of its own.
  const overlap = chosenOverlap ?? (kind === "webhook" ? "allow" : "skip");
  const [missed, setMissed] = useState(workflow?.missed.policy ?? "latest");
  const [more, moreFields] = useDisclosure(false);
  const trigger = kind === "webhook" ? hookTrigger(hook) : triggerOf(kind, minutes, expression, zone);
  const slug = knownRecipes.find((known) => known.name === recipe)?.slug;
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name,
        agent,
        recipe,
        inputs: values ?? {},
        trigger,
        overlap,
        missed: { ...workflow?.missed, policy: missed },
      };
      const pinned = version === "latest" ? undefined : Number(version);
      return workflow
        ? ask<Workflow>("PATCH", `/api/v1/workflows/${workflow.id}`, { ...body, version: pinned ?? "latest" })
        : ask<Workflow>("POST", "/api/v1/workflows", { ...body, version: pinned });
    },
    onSuccess: (saved) => {
      queries.invalidateQueries({ queryKey: ["workflows"] });
      announce({
        title: workflow ? "Workflow saved" : "Workflow created",
        text: saved.name,
        to: paths.workflow(saved.id),
      });
      onDone();
    },
  });
  const attached = knownAgents.find((known) => known.name === agent)?.recipes ?? [];
  const sorted = [...knownRecipes].sort(
    (a, b) => Number(attached.includes(b.name)) - Number(attached.includes(a.name)),
  );
  const newest = knownRecipes.find((known) => known.name === recipe)?.version ?? 1;
  return (
    <Stack>
      <TextInput
        label="Name"
        placeholder="Event Intake"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Group grow align="flex-start">
        <Select
          label="Agent"
          data={knownAgents.map((known) => ({ value: known.name, label: `${known.name} (${known.domain})` }))}
          value={agent}
          onChange={setAgent}
          nothingFoundMessage="No agent yet: seed some in the Setup Wizard"
          searchable
        />
        <Select
          label="Recipe"
          data={sorted.map((known) => known.name)}
          value={recipe}
          onChange={(chosen) => {
            setRecipe(chosen);
            setVersion("latest");
            setValues(null);
          }}
          nothingFoundMessage="No recipe yet"
          searchable
        />
      </Group>
      {recipe ? (
        <Select
          label="Version"
          data={["latest", ...Array.from({ length: newest }, (_, index) => String(newest - index))]}
          value={version}
          onChange={(chosen) => setVersion(chosen ?? "latest")}
          allowDeselect={false}
          maw={200}
        />
      ) : null}
      {slug ? (
        <RecipeInputs
          slug={slug}
          values={values}
          onChange={setValues}
          mapped={kind === "webhook" ? hook.inputs.map((input) => input.name) : []}
        />
      ) : null}
      <div>
        <Text size="sm" fw={500} mb={4}>
          Trigger
        </Text>
        <SegmentedControl
          data={KINDS}
          value={kind}
          onChange={(chosen) => setKind(chosen as Trigger["type"])} // the values are the kinds above
          aria-label="Trigger"
        />
      </div>
      {kind === "interval" ? (
        <NumberInput
          label="Minutes"
          description="Elapsed time between two starts"
          min={1}
          value={minutes}
          onChange={(value) => setMinutes(Number(value) || 1)}
          maw={200}
        />
      ) : null}
      {kind === "cron" ? (
        <Group grow align="flex-start">
          <TextInput
            label="Cron expression"
            description="minute hour day month weekday"
            ff="monospace"
            value={expression}
            onChange={(event) => setExpression(event.currentTarget.value)}
          />
          <Select
            label="Time zone"
            description="IANA name"
            data={zones()}
            value={zone}
            onChange={(chosen) => setZone(chosen ?? "UTC")}
            searchable
            limit={60}
          />
        </Group>
      ) : null}
      {kind === "webhook" ? <HookForm fields={hook} onChange={setHook} slug={slug} /> : null}
      {kind === "manual" ? null : (
        <>
          {kind === "webhook" ? null : <NextTimes trigger={trigger} />}
          <Button variant="subtle" size="compact-sm" w="fit-content" onClick={moreFields.toggle}>
            {more ? "Fewer options" : kind === "webhook" ? "Overlap" : "Overlap and missed times"}
          </Button>
          <Collapse expanded={more}>
            <Group grow align="flex-start">
              <Select
                label="When a run is still open"
                data={[
                  { value: "skip", label: kind === "webhook" ? "Skip the message" : "Skip the time" },
                  {
                    value: "queue_one",
                    label: kind === "webhook" ? "Let one message wait" : "Let one time wait",
                  },
                  { value: "queue_all", label: "Let up to 100 wait" },
                  { value: "allow", label: "Start beside it" },
                  { value: "cancel_running", label: "Cancel the open run" },
                ]}
                value={overlap}
                onChange={(chosen) => setOverlap((chosen ?? "skip") as Workflow["overlap"])} // one of the above
                allowDeselect={false}
              />
              {kind === "webhook" ? null : (
                <Select
                  label="Times missed while the server was down"
                  data={[
                    { value: "latest", label: "One run for all" },
                    { value: "all", label: "Each, up to ten" },
                    { value: "skip", label: "None" },
                  ]}
                  value={missed}
                  onChange={(chosen) => setMissed((chosen ?? "latest") as Workflow["missed"]["policy"])} // one of the above
                  allowDeselect={false}
                />
              )}
            </Group>
          </Collapse>
        </>
      )}
      <Refusal error={save.error} />
      <Group justify="flex-end">
        <Button
          disabled={!name.trim() || !agent || !recipe}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {workflow ? "Save" : "Create Workflow"}
        </Button>
      </Group>
    </Stack>
  );
}

function RecipeInputs({
  slug,
  values,
  onChange,
  mapped,
}: {
  slug: string;
  values: Inputs | null;
  onChange: (values: Inputs) => void;
  /** Names that get their values from messages. */
  mapped: string[];
}) {
  const found = useQuery(recipeQuery(slug));
  if (!found.data) return <Refusal error={found.error} />;
  const form = readInputsSchema(found.data.inputs_schema);
  if (Object.keys(form.properties).length === 0) return null;
  const shown = values ?? initialInputs(form);
  const missing = missingInputs(form, shown).filter((name) => !mapped.includes(name));
  return (
    <Fragment key={slug}>
      <InputsForm schema={form} values={shown} onChange={onChange} />
      {missing.length > 0 ? (
        <Alert color="yellow" py="xs">
          Without {missing.join(", ")} each run starts and waits for somebody to answer.
        </Alert>
      ) : null}
    </Fragment>
  );
}

/** The next ten times of a trigger, as the server reckons them. */
export function NextTimes({ trigger, from }: { trigger: Trigger; from?: string | null }) {
  const [asked] = useDebouncedValue(trigger, 300);
  const found = useQuery(triggerPreview(asked));
  if (found.error) return <Refusal error={found.error} />;
  if (!found.data) return null;
  const zone = asked.type === "cron" ? asked.tz : undefined;
  const times = asked.type === "interval" && from ? steps(from, asked.minutes) : found.data.times;
  return (
    <div>
      {found.data.notes.map((note) => (
        <Alert key={note} color="yellow" py="xs" mb="xs">
          {note}
        </Alert>
      ))}
      <List size="sm" aria-label="Next times" listStyleType="none" spacing={2}>
        {times.slice(0, from === undefined ? 5 : 10).map((time) => (
          <List.Item key={time}>{spelt(time, zone)}</List.Item>
        ))}
      </List>
    </div>
  );
}

/** An interval goes on from the time that the scheduler has planned. */
function steps(from: string, minutes: number): string[] {
  const first = new Date(from).getTime();
  return Array.from({ length: 10 }, (_, index) => new Date(first + index * minutes * 60_000).toISOString());
}

function spelt(time: string, zone: string | undefined): string {
  const parts = { weekday: "short", dateStyle: undefined, timeZone: zone, timeZoneName: "short" } as const;
  return new Date(time).toLocaleString(undefined, {
    ...parts,
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

function triggerOf(kind: Trigger["type"], minutes: number, expression: string, tz: string): Trigger {
  if (kind === "interval") return { type: kind, minutes };
  if (kind === "cron") return { type: kind, expression, tz };
  return { type: "manual" };
}

function zones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}
