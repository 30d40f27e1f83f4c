// A turn of a language model: what it was told, what it said, what it asked for, and what that took.

import { Badge, Code, Group, Stack, Text } from "@mantine/core";
import { type Json, type JsonObject, objectIn } from "../api/wire";
import { JsonView } from "./JsonView";

/** Everything that a model says is shown as text: nothing in it is a link or an image. */
export function ModelTurn({ payload, result }: { payload: Json; result: Json }) {
  const asked = objectIn(payload);
  const turn = objectIn(result);
  const calls = list(turn.calls);
  return (
    <Stack gap={4}>
      {text(asked.system) ? (
        <details>
          <summary>What holds throughout</summary>
          <Words text={text(asked.system)} />
        </details>
      ) : null}
      <Label>Prompt</Label>
      {typeof asked.prompt === "string" ? (
        <Words text={asked.prompt} />
      ) : (
        list(asked.prompt).map((fate) => <Words key={text(fate.id)} text={text(fate.told)} />)
      )}
      <Text size="xs" c="dimmed">
        {names(asked.may_use).length === 0
          ? "It may use no tools."
          : `It may use: ${names(asked.may_use).join(", ")}`}
      </Text>
      {Object.keys(turn).length > 0 ? (
        <>
          <Label>Answer</Label>
          {text(turn.text) ? <Words text={text(turn.text)} /> : null}
          {calls.map((call) => (
            <div key={text(call.id)}>
              <Text size="xs">
                asks for <b>{text(call.name)}</b>
              </Text>
              <JsonView value={call.arguments ?? null} label="its arguments" />
            </div>
          ))}
          <Group gap={6}>
            <Badge variant="light" color="gray" size="sm" tt="none">
              {number(turn.input_tokens)} + {number(turn.output_tokens)} tokens
            </Badge>
            {typeof turn.cost_micro_usd === "number" ? (
              <Badge variant="light" color="gray" size="sm" tt="none">
                ${(turn.cost_micro_usd / 1_000_000).toFixed(4)}
              </Badge>
            ) : null}
            <Badge variant="light" color={turn.simulated === true ? "grape" : "blue"} size="sm" tt="none">
              {turn.simulated === true ? "simulated " : ""}
              {text(turn.provider)} · {text(turn.model)}
            </Badge>
          </Group>
        </>
      ) : null}
    </Stack>
  );
}

function Label({ children }: { children: string }) {
  return (
    <Text size="xs" fw={600}>
      {children}
    </Text>
  );
}

function Words({ text }: { text: string }) {
  return (
    <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {text}
    </Code>
  );
}

const text = (value: Json | undefined) => (typeof value === "string" ? value : "");
const number = (value: Json | undefined) => (typeof value === "number" ? value : 0);
const names = (value: Json | undefined) =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
const list = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.map(objectIn).filter((entry) => Object.keys(entry).length > 0) : [];
