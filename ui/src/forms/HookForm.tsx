// Which messages start a workflow, what inputs they give, and what a sample would do.

import {
  ActionIcon,
  Alert,
  Button,
  Code,
  Collapse,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import { recipe as recipeQuery } from "../api/queries";
import type { Json, Trigger, TriggerPreview } from "../api/wire";
import { Refusal } from "../widgets/Refusal";
import { readInputsSchema } from "./inputsSchema";

type HookTrigger = Extract<Trigger, { type: "webhook" }>;
export type Signature = NonNullable<HookTrigger["signature"]>;

export const SIGNATURES: { value: Signature; label: string }[] = [
  { value: "standard", label: "Standard Webhooks (your own programs)" },
  { value: "github", label: "GitHub, and what signs like it" },
  { value: "slack", label: "Slack" },
  { value: "zoom", label: "Zoom" },
];

/** A message and what one makes of it, as an example for each sender. */
const EXAMPLES: Record<Signature, { when: string; template: string; message: Json }> = {
  standard: {
    when: "event.type == 'room.alert'",
    template: "{{ event.room }}",
    message: { type: "room.alert", room: "Boardroom 4" },
  },
  github: {
    when: "delivery.event == 'issues' and event.action == 'opened'",
    template: "{{ event.issue.title }}",
    message: { action: "opened", issue: { title: "Boardroom 4: no picture" } },
  },
  slack: {
    when: "event.command == '/avops'",
    template: "{{ event.text }}",
    message: { command: "/avops", text: "Boardroom 4" },
  },
  zoom: {
    when: "event.event == 'zoomroom.alert' and event.payload.object.alert_kind == 1",
    template: "{{ event.payload.object.room_name }}",
    message: {
      event: "zoomroom.alert",
      payload: { object: { room_name: "Boardroom 4", issue: "Zoom room is offline", alert_kind: 1 } },
    },
  },
};

/** What is typed; a template stays text here, and the server keeps the type of what it stands for. */
export interface HookFields {
  signature: Signature;
  when: string;
  inputs: { name: string; value: string }[];
  perMinute: number;
}

export function fieldsOf(trigger: Trigger | undefined): HookFields {
  if (trigger?.type !== "webhook") return { signature: "standard", when: "", inputs: [], perMinute: 60 };
  return {
    signature: trigger.signature ?? "standard",
    when: trigger.when ?? "",
    inputs: Object.entries(trigger.inputs ?? {}).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
    })),
    perMinute: trigger.per_minute ?? 60,
  };
}

export function hookTrigger({ signature, when, inputs, perMinute }: HookFields): HookTrigger {
  const named = inputs.filter((input) => input.name !== "");
  return {
    type: "webhook",
    signature,
    ...(when.trim() === "" ? {} : { when: when.trim() }),
    inputs: Object.fromEntries(named.map((input) => [input.name, input.value])),
    per_minute: perMinute,
  };
}

export function HookForm({
  fields,
  onChange,
  slug,
}: {
  fields: HookFields;
  onChange: (fields: HookFields) => void;
  slug: string | undefined;
}) {
  const found = useQuery({ ...recipeQuery(slug ?? ""), enabled: slug !== undefined });
  const asked = Object.keys(readInputsSchema(found.data?.inputs_schema).properties);
  const example = EXAMPLES[fields.signature];
  const [trying, tryOut] = useDisclosure(false);
  const setInput = (at: number, change: { name?: string; value?: string }) =>
    onChange({
      ...fields,
      inputs: fields.inputs.map((input, index) => (index === at ? { ...input, ...change } : input)),
    });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        A signed message to the workflow's own address starts it. The address and its secret are on the
        workflow's page once it is saved.
      </Text>
      <Group grow align="flex-start">
        <Select
          label="Who signs"
          data={SIGNATURES}
          value={fields.signature}
          onChange={(chosen) => onChange({ ...fields, signature: (chosen ?? "standard") as Signature })} // one of the above
          allowDeselect={false}
        />
        <NumberInput
          label="Most messages a minute"
          min={1}
          max={600}
          allowDecimal={false}
          value={fields.perMinute}
          onChange={(value) => onChange({ ...fields, perMinute: Number(value) || 1 })}
        />
      </Group>
      <TextInput
        label="Only when"
        description="An expression over `event`, the message; every message when empty"
        ff="monospace"
        placeholder={example.when}
        value={fields.when}
        onChange={(event) => onChange({ ...fields, when: event.currentTarget.value })}
      />
      <div>
        <Text size="sm" fw={500}>
          Inputs out of the message
        </Text>
        <Stack gap={6} mt={4}>
          {fields.inputs.map((input, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own until it is chosen
            <Group key={at} gap="xs" wrap="nowrap">
              <Select
                aria-label={`Input ${at + 1}`}
                placeholder="input"
                data={asked.includes(input.name) || input.name === "" ? asked : [input.name, ...asked]}
                value={input.name || null}
                onChange={(name) => setInput(at, { name: name ?? "" })}
                w={180}
              />
              <TextInput
                aria-label={`Value of input ${at + 1}`}
                ff="monospace"
                placeholder={example.template}
                value={input.value}
                onChange={(event) => setInput(at, { value: event.currentTarget.value })}
                style={{ flex: 1 }}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove input ${at + 1}`}
                onClick={() =>
                  onChange({ ...fields, inputs: fields.inputs.filter((_, index) => index !== at) })
                }
              >
                ✕
              </ActionIcon>
            </Group>
          ))}
          <Button
            variant="default"
            size="compact-sm"
            w="fit-content"
            disabled={asked.length === 0}
            onClick={() =>
              onChange({ ...fields, inputs: [...fields.inputs, { name: "", value: example.template }] })
            }
          >
            Add input
          </Button>
          {slug && found.data && asked.length === 0 ? (
            <Text size="xs" c="dimmed">
              This recipe asks for nothing.
            </Text>
          ) : null}
        </Stack>
      </div>
      <Button variant="subtle" size="compact-sm" w="fit-content" onClick={tryOut.toggle}>
        {trying ? "Hide the sample" : "Try a sample message"}
      </Button>
      <Collapse expanded={trying}>
        <Sample key={fields.signature} trigger={hookTrigger(fields)} message={example.message} />
      </Collapse>
    </Stack>
  );
}

function Sample({ trigger, message }: { trigger: HookTrigger; message: Json }) {
  const [text, setText] = useState(JSON.stringify(message, null, 2));
  const [unread, setUnread] = useState<string>();
  const attempt = useMutation({
    mutationFn: (event: Json) => post<TriggerPreview>("/api/v1/workflows/preview", { trigger, event }),
  });
  const tried = attempt.data?.tried;
  const go = () => {
    try {
      setUnread(undefined);
      attempt.mutate(JSON.parse(text) as Json); // any JSON is a Json
    } catch (error) {
      setUnread(`The sample is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <Stack gap="xs">
      <Textarea
        label="Sample message"
        autosize
        minRows={3}
        maxRows={14}
        ff="monospace"
        value={text}
        error={unread}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group>
        <Button variant="default" size="xs" loading={attempt.isPending} onClick={go}>
          What would it do?
        </Button>
      </Group>
      <Refusal error={attempt.error} />
      {tried ? (
        <Alert color={tried.starts ? "teal" : "yellow"} py="xs" role="status">
          {tried.starts ? (
            <>
              It starts a run with <Code>{JSON.stringify(tried.inputs)}</Code>
            </>
          ) : (
            `It starts nothing: ${tried.reason}`
          )}
        </Alert>
      ) : null}
    </Stack>
  );
}
