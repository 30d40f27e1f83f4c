// One direct call of an action: a form or JSON, then what was sent, what came back, how long it took and what it left.

import {
  Alert,
  Anchor,
  Badge,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import type { ActionReply, Json, JsonObject, Tool, ToolAction } from "../api/wire";
import { objectIn } from "../api/wire";
import { paths } from "../paths";
import { Icon } from "../widgets/Icon";
import { JsonView, visible } from "../widgets/JsonView";
import { Refusal } from "../widgets/Refusal";
import { type Inputs, InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";

interface Call {
  tool: string;
  action: string;
  args: Json;
}

/** The runbook's own body: any tool, any action. */
export function CallByJson() {
  const [text, setText] = useState(EXAMPLE);
  const call = readCall(text);
  const sending = useCall();
  return (
    <Stack gap="sm">
      <Textarea
        label="Call an action"
        description="The body of POST /api/v1/tools/action"
        autosize
        minRows={3}
        maxRows={16}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={typeof call === "string" ? call : undefined}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        spellCheck={false}
      />
      <Group>
        <Button
          disabled={typeof call === "string"}
          loading={sending.isPending}
          onClick={() => typeof call !== "string" && sending.mutate(call)}
        >
          Send
        </Button>
      </Group>
      <Outcome sending={sending} />
    </Stack>
  );
}

/** The call of one action, whose fields are checked before anything is sent. */
export function CallAction({ tool, action }: { tool: Tool; action: ToolAction }) {
  const schema = readInputsSchema(action.input_schema);
  const [way, setWay] = useState<"form" | "json">("form");
  const [values, setValues] = useState<Inputs>(() => initialInputs(schema));
  const [text, setText] = useState("");
  const sending = useCall();
  const typed = way === "json" ? readObject(text) : values;
  const missing = typeof typed === "string" ? [] : missingInputs(schema, typed);
  const turn = (to: string) => {
    if (to === "json") setText(JSON.stringify(values, null, 2));
    else if (typeof typed !== "string") setValues(typed);
    setWay(to === "json" ? "json" : "form");
  };
  const real = tool.mode === "live" && action.effect !== "read";
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        value={way}
        onChange={turn}
        data={[
          { value: "form", label: "Form" },
          { value: "json", label: "JSON" },
        ]}
        aria-label="How arguments are given"
        style={{ alignSelf: "flex-start" }}
      />
      {way === "form" ? (
        <InputsForm schema={schema} values={values} onChange={setValues} />
      ) : (
        <Textarea
          label="Arguments"
          autosize
          minRows={4}
          maxRows={20}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={typeof typed === "string" ? typed : undefined}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
          spellCheck={false}
        />
      )}
      {missing.length > 0 ? (
        <Text size="sm" c="dimmed">
          Still needed: {missing.join(", ")}
        </Text>
      ) : null}
      <Group>
        <Button
          color={real ? "orange" : undefined}
          disabled={typeof typed === "string" || missing.length > 0}
          loading={sending.isPending}
          onClick={() =>
            typeof typed !== "string" && sending.mutate({ tool: tool.name, action: action.name, args: typed })
          }
        >
          {real ? "Send to the real system" : "Send"}
        </Button>
      </Group>
      <Outcome sending={sending} />
    </Stack>
  );
}

interface Sent {
  call: Call;
  reply: ActionReply;
  took: number;
}

function useCall() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (call: Call): Promise<Sent> => {
      const begun = performance.now();
      const reply = await post<ActionReply>("/api/v1/tools/action", call);
      return { call, reply, took: Math.round(performance.now() - begun) };
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["campus"] }),
  });
}

function Outcome({ sending }: { sending: ReturnType<typeof useCall> }) {
  if (sending.error) return <Refusal error={sending.error} />;
  if (!sending.data) return null;
  const { call, reply, took } = sending.data;
  return (
    <Stack gap="xs" role="status" aria-label="Outcome of the call">
      <Group gap="xs">
        <Badge
          color={reply.ok ? "teal" : "red"}
          variant="light"
          tt="none"
          leftSection={<Icon sign={reply.ok ? "check" : "cross"} size={11} />}
        >
          {reply.ok ? "ok" : "not ok"}
        </Badge>
        <Text size="sm" c="dimmed">
          {took} ms ·{" "}
          <Anchor component={Link} to={paths.run(reply.run_id)}>
            recorded as a run
          </Anchor>
        </Text>
      </Group>
      {reply.error ? (
        <Alert color="red" title="The tool says">
          {visible(reply.error)}
        </Alert>
      ) : null}
      {reply.artifacts.map((artifact) => (
        <Text size="sm" key={`${artifact.kind}:${artifact.external_id}:${artifact.title}`}>
          <b>{artifact.kind}</b> {visible(artifact.title)}
          {artifact.external_id ? ` · ${visible(artifact.external_id)}` : ""}
          {artifact.url && /^https?:/.test(artifact.url) ? (
            <>
              {" · "}
              <a href={artifact.url} target="_blank" rel="noreferrer">
                open
              </a>
            </>
          ) : null}
        </Text>
      ))}
      <Title order={6}>Answer</Title>
      <JsonView value={reply.result} label="the answer" />
      <Title order={6}>Request</Title>
      <JsonView value={call} label="the request" />
    </Stack>
  );
}

const EXAMPLE = `{"tool":"slack","action":"post_message","args":{"channel":"#avops","text":"KB KB0012345 published"}}`;

/** Reads a call; a text says what is wrong with it. */
export function readCall(text: string): Call | string {
  const body = readObject(text);
  if (typeof body === "string") return body;
  const { tool, action, args = {}, ...others } = body;
  if (typeof tool !== "string" || typeof action !== "string")
    return 'Give "tool" and "action" as texts, and "args"';
  const other = Object.keys(others)[0];
  if (other !== undefined) return `"${other}" is not part of a call: it has "tool", "action" and "args"`;
  return { tool, action, args };
}

function readObject(text: string): JsonObject | string {
  try {
    const value = JSON.parse(text) as Json; // any JSON is a Json
    if (value === null || typeof value !== "object" || Array.isArray(value))
      return 'This is not an object: it begins with "{"';
    return objectIn(value);
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : error}`;
  }
}
