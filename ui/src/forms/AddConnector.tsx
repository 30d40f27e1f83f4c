// A connector of one's own: a program by its address and actions, or an MCP server.

import { Button, Group, Modal, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import type { Json, Tool } from "../api/wire";
import { paths } from "../paths";
import { Refusal } from "../widgets/Refusal";
import { AddMcpServer } from "./AddMcpServer";

const ACTIONS = `{
  "power_on": {
    "effect": "write",
    "repeat": "safe",
    "description": "Turns it on."
  }
}`;

export function AddConnector({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [kind, setKind] = useState("http");
  return (
    <Modal opened={opened} onClose={onClose} title="Add a connector" size="lg">
      {opened ? (
        <Stack>
          <SegmentedControl
            fullWidth
            aria-label="Kind of connector"
            value={kind}
            onChange={setKind}
            data={[
              { value: "http", label: "HTTP connector" },
              { value: "mcp", label: "MCP server" },
            ]}
          />
          {kind === "mcp" ? <AddMcpServer onClose={onClose} /> : <Form onClose={onClose} />}
        </Stack>
      ) : null}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [address, setAddress] = useState("http://127.0.0.1:9000");
  const [actions, setActions] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const read = parsed(actions);
  const add = useMutation({
    mutationFn: (given: Json) =>
      post<Tool>("/api/v1/tools", {
        name: name.trim(),
        kind: "http",
        base_url: address.trim(),
        actions: given,
      }),
    onSuccess: (tool) => {
      queries.invalidateQueries({ queryKey: ["tools"] });
      onClose();
      navigate({ to: paths.tool(tool.name) });
    },
  });
  return (
    <Stack>
      <TextInput
        label="Name"
        description="Small letters, digits, _ and -; recipes call NAME.ACTION"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label="Address"
        description="It answers GET /health and POST /action there"
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Textarea
        label="Actions"
        description="Empty for those that its /manifest declares. What is not declared is assumed to be the worst: destructive, and not to be repeated"
        placeholder={ACTIONS}
        autosize
        minRows={6}
        maxRows={20}
        value={actions}
        onChange={(event) => setActions(event.currentTarget.value)}
        error={read.problem}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        spellCheck={false}
      />
      <Refusal error={add.error} />
      <Group justify="flex-end">
        <Button
          disabled={name.trim() === "" || address.trim() === "" || read.problem !== undefined}
          loading={add.isPending}
          onClick={() => add.mutate(read.value)}
        >
          Add
        </Button>
      </Group>
    </Stack>
  );
}

function parsed(text: string): { value: Json; problem?: string } {
  if (text.trim() === "") return { value: {} };
  try {
    return { value: JSON.parse(text) as Json }; // any JSON is a Json
  } catch (error) {
    return { value: null, problem: `This is not JSON: ${error instanceof Error ? error.message : error}` };
  }
}
