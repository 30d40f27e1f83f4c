// Settings and credentials of a tool: set, replace, clear, test. What was set as a credential is never shown again.

import {
  Badge,
  Button,
  Group,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, get } from "../api/client";
import type { Health, Tool, ToolSetting } from "../api/wire";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

export function ToolSettings({ tool, mayChange }: { tool: Tool; mayChange: boolean }) {
  const [editing, setEditing] = useState<ToolSetting>();
  const [clearing, setClearing] = useState<ToolSetting>();
  return (
    <Stack gap="sm">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Setting</Table.Th>
            <Table.Th>Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tool.settings.map((setting) => (
            <Table.Tr key={setting.name}>
              <Table.Td>
                <Text size="sm" fw={600}>
                  {setting.title}
                </Text>
                <Text size="xs" c="dimmed">
                  {setting.name}
                  {setting.required ? " · required" : ""}
                </Text>
              </Table.Td>
              <Table.Td>
                <Value setting={setting} />
                <Text size="xs" c="dimmed">
                  {origin(setting)}
                  {setting.updated_at ? (
                    <>
                      {` by ${setting.updated_by}, `}
                      <When time={setting.updated_at} />
                    </>
                  ) : null}
                </Text>
                {mayChange ? (
                  <Group gap="xs" mt={4}>
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`${setting.source === "workspace" ? "Replace" : "Set"} ${setting.title}`}
                      onClick={() => setEditing(setting)}
                    >
                      {setting.source === "workspace" ? "Replace" : "Set"}
                    </Button>
                    {setting.source === "workspace" || setting.unreadable ? (
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        color="red"
                        aria-label={`Clear ${setting.title}`}
                        onClick={() => setClearing(setting)}
                      >
                        Clear
                      </Button>
                    ) : null}
                  </Group>
                ) : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {mayChange ? <TestConnection tool={tool} /> : null}
      <Modal
        opened={editing !== undefined}
        onClose={() => setEditing(undefined)}
        title={editing ? `${tool.title}: ${editing.title}` : ""}
      >
        {editing ? <Edit tool={tool} setting={editing} onDone={() => setEditing(undefined)} /> : null}
      </Modal>
      <Modal
        opened={clearing !== undefined}
        onClose={() => setClearing(undefined)}
        title={clearing ? `Clear ${clearing.title}?` : ""}
      >
        {clearing ? <Clear tool={tool} setting={clearing} onDone={() => setClearing(undefined)} /> : null}
      </Modal>
    </Stack>
  );
}

function Value({ setting }: { setting: ToolSetting }) {
  if (setting.unreadable)
    return (
      <Badge color="red" variant="light" tt="none">
        its key is missing: set it again
      </Badge>
    );
  if (!setting.set)
    return (
      <Badge color={setting.required ? "orange" : "gray"} variant="light" tt="none">
        {setting.required ? "missing" : "not set"}
      </Badge>
    );
  if (setting.secret)
    return (
      <Text size="sm" ff="monospace">
        {setting.last4 ? `••••${setting.last4}` : "••••"}
      </Text>
    );
  return (
    <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
      {setting.value}
    </Text>
  );
}

function origin(setting: ToolSetting): string {
  switch (setting.source) {
    case "workspace":
      return "set here";
    case "environment":
      return `environment (${setting.env})`;
    case "default":
      return "default";
    case null:
      return setting.env ? `or ${setting.env}` : "–";
  }
}

function useChange(tool: Tool, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (settings: Record<string, string | null>) =>
      ask<Tool>("PATCH", `/api/v1/tools/${encodeURIComponent(tool.name)}`, { settings }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["tools"] });
      onDone();
    },
  });
}

interface Dialog {
  tool: Tool;
  setting: ToolSetting;
  onDone: () => void;
}

function Edit({ tool, setting, onDone }: Dialog) {
  const [value, setValue] = useState(setting.value ?? "");
  const [device, setDevice] = useState("");
  const change = useChange(tool, onDone);
  const name = device.trim() === "" ? setting.name : `${setting.name}/${device.trim()}`;
  const frame = {
    label: setting.title,
    description: setting.help ?? undefined,
    value,
    onChange: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
    "data-autofocus": true,
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ [name]: value });
      }}
    >
      <Stack>
        {setting.options.length > 0 ? (
          <Select
            label={setting.title}
            description={setting.help ?? undefined}
            data={setting.options}
            value={value || null}
            onChange={(chosen) => setValue(chosen ?? "")}
          />
        ) : setting.secret ? (
          <PasswordInput {...frame} autoComplete="off" />
        ) : (
          <TextInput {...frame} autoComplete="off" />
        )}
        {setting.per_device && !setting.name.includes("/") ? (
          <TextInput
            label="Device"
            description="Id of the one device that it is for; empty for all"
            value={device}
            onChange={(event) => setDevice(event.currentTarget.value)}
          />
        ) : null}
        {setting.secret ? (
          <Text size="xs" c="dimmed">
            Kept encrypted, used by {tool.title} alone, and never shown again.
          </Text>
        ) : null}
        <Refusal error={change.error} />
        <Group justify="flex-end">
          <Button type="submit" disabled={value.trim() === ""} loading={change.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Clear({ tool, setting, onDone }: Dialog) {
  const change = useChange(tool, onDone);
  return (
    <Stack>
      <Text size="sm">
        {setting.env
          ? `Then the environment variable ${setting.env} counts, if it is set`
          : "Then it has no value"}
        {setting.default ? `, else the default ${setting.default}.` : "."}
      </Text>
      <Needs tool={tool} />
      <Refusal error={change.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Keep it
        </Button>
        <Button
          color="red"
          loading={change.isPending}
          onClick={() => change.mutate({ [setting.name]: null })}
        >
          Clear
        </Button>
      </Group>
    </Stack>
  );
}

/** Which recipes break without the tool. */
export function Needs({ tool }: { tool: Tool }) {
  return (
    <Text size="sm">
      {tool.recipes.length > 0
        ? `Recipes that need ${tool.title}: ${tool.recipes.join(", ")}`
        : `No recipe needs ${tool.title}.`}
    </Text>
  );
}

/** Asks the real system with what is set, whatever the mode. */
function TestConnection({ tool }: { tool: Tool }) {
  const test = useMutation({
    mutationFn: () => get<Health>(`/api/v1/tools/${encodeURIComponent(tool.name)}/health?real=true`),
  });
  return (
    <Group gap="sm" align="center">
      <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        Test with the real system
      </Button>
      <div role="status">
        {test.data ? (
          <Text size="sm" c={test.data.ok ? "teal" : "red"}>
            {test.data.ok ? "It answers" : "It does not work"}: {test.data.detail} ({test.data.latency_ms} ms)
          </Text>
        ) : null}
      </div>
      <Refusal error={test.error} />
    </Group>
  );
}
