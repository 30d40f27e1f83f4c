// An outside MCP server: at an address, or a program on this machine. What it offers is off until it is approved.

import {
  Button,
  Group,
  PasswordInput,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import type { Json, Tool } from "../api/wire";
import { paths } from "../paths";
import { Refusal } from "../widgets/Refusal";

const MONO = { input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } };

export function AddMcpServer({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [by, setBy] = useState("url");
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const [command, setCommand] = useState("");
  const [args, setArgs] = useState("");
  const [env, setEnv] = useState("");
  const [inMock, setInMock] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const variables = readVariables(env);
  const transport: Json =
    by === "url"
      ? { url: url.trim(), ...(token.trim() ? { token: token.trim() } : {}) }
      : { command: command.trim(), args: lines(args), env: variables.values };
  const add = useMutation({
    mutationFn: () =>
      post<Tool>("/api/v1/tools", {
        name: name.trim(),
        kind: "mcp",
        transport,
        ...(by === "command" && inMock ? { in_mock: "call" } : {}),
      }),
    onSuccess: (tool) => {
      queries.invalidateQueries({ queryKey: ["tools"] });
      onClose();
      navigate({ to: paths.tool(tool.name) });
    },
  });
  const reached = by === "url" ? url : command;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Small letters, digits, _ and -; recipes call NAME.ACTION"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <SegmentedControl
          aria-label="How it is reached"
          value={by}
          onChange={setBy}
          data={[
            { value: "url", label: "At an address" },
            { value: "command", label: "A program on this machine" },
          ]}
        />
        {by === "url" ? (
          <>
            <TextInput
              label="Address"
              description="Its Streamable HTTP endpoint"
              placeholder="https://mcp.example/mcp"
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <PasswordInput
              label="Bearer token"
              description="Where it wants one. Kept encrypted, sent to this address alone, never shown again"
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
            />
          </>
        ) : (
          <>
            <TextInput
              label="Program"
              description="Its absolute path: it is not searched for, and no shell reads it"
              placeholder="/usr/bin/node"
              value={command}
              onChange={(event) => setCommand(event.currentTarget.value)}
              styles={MONO}
            />
            <Textarea
              label="Arguments"
              description="One a line"
              autosize
              minRows={2}
              value={args}
              onChange={(event) => setArgs(event.currentTarget.value)}
              styles={MONO}
              spellCheck={false}
            />
            <Textarea
              label="Variables"
              description="NAME=value, one a line. It sees no others; values are kept encrypted and never shown again"
              autosize
              minRows={2}
              value={env}
              onChange={(event) => setEnv(event.currentTarget.value)}
              error={variables.problem}
              styles={MONO}
              spellCheck={false}
              autoComplete="off"
            />
            <Switch
              label="Call it in mock mode as well"
              description="Otherwise it is simulated there: from here nobody sees how far a program reaches"
              checked={inMock}
              onChange={(event) => setInMock(event.currentTarget.checked)}
            />
          </>
        )}
        <Text size="sm" c="dimmed">
          It is asked at once what it offers. Nothing of it can be called before you have approved it.
        </Text>
        <Refusal error={add.error} />
        <Group justify="flex-end">
          <Button
            type="submit"
            disabled={name.trim() === "" || reached.trim() === "" || variables.problem !== undefined}
            loading={add.isPending}
          >
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `NAME=value` a line; what stands after the first `=` is the value as it is. */
export function readVariables(text: string): { values: Record<string, string>; problem?: string } {
  const values: Record<string, string> = {};
  for (const line of lines(text)) {
    const at = line.indexOf("=");
    if (at < 1 || at === line.length - 1) return { values, problem: `"${line}" is not NAME=value` };
    values[line.slice(0, at)] = line.slice(at + 1);
  }
  return { values };
}
