import {
  Accordion,
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  Modal,
  Stack,
  Switch,
  Text,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { ask, get, post } from "../api/client";
import { me, tool as toolQuery } from "../api/queries";
import type { Health, McpServer, Tool, ToolAction } from "../api/wire";
import { McpOffers } from "../forms/McpOffers";
import { CallAction } from "../forms/ToolCall";
import { Needs, ToolSettings } from "../forms/ToolSettings";
import { paths } from "../paths";
import { EffectBadge } from "../widgets/EffectBadge";
import { HealthMark } from "../widgets/HealthMark";
import { JsonView } from "../widgets/JsonView";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

const route = getRouteApi("/tools/$tool");

/** One tool: health, settings, actions, and what needs it. */
export function ToolPage() {
  const { tool: name } = route.useParams();
  const found = useQuery(toolQuery(name));
  return (
    <Stack maw={1000}>
      <Anchor component={Link} to={paths.tools()}>
        MCP Tools
      </Anchor>
      <Refusal error={found.error} />
      {found.data ? <Details tool={found.data} /> : null}
    </Stack>
  );
}

function Details({ tool }: { tool: Tool }) {
  const mayManage = useQuery(me).data?.permissions.includes("manage_tools") ?? false;
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["tools"] });
  const address = `/api/v1/tools/${encodeURIComponent(tool.name)}`;
  const check = useMutation({ mutationFn: () => get<Health>(`${address}/health`), onSettled: refresh });
  const simulate = useMutation({
    mutationFn: (on: boolean) => ask<Tool>("PATCH", address, { simulate: on }),
    onSuccess: refresh,
  });
  const look = useMutation({ mutationFn: () => post<Tool>(`${address}/look`), onSuccess: refresh });
  const [removing, dialog] = useDisclosure(false);
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>{tool.title}</Title>
          <Text c="dimmed">{tool.description}</Text>
        </div>
        {mayManage && tool.kind !== "builtin" && !tool.file ? (
          <Button variant="subtle" color="red" onClick={dialog.open}>
            Remove
          </Button>
        ) : null}
      </Group>
      <Card withBorder>
        <Group gap="sm">
          <HealthMark health={tool.health} />
          <Badge variant="light" color={tool.mode === "live" ? "blue" : "grape"} tt="none">
            {tool.mode}
          </Badge>
          <Button
            size="compact-sm"
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            Check health
          </Button>
          {mayManage ? (
            <Switch
              label="Always answer from the simulated campus"
              checked={tool.simulate}
              onChange={(event) => simulate.mutate(event.currentTarget.checked)}
            />
          ) : null}
        </Group>
        {tool.health ? (
          <Text size="sm" mt="xs" c={tool.health.ok ? undefined : "red"}>
            {tool.health.detail} · {tool.health.latency_ms} ms · <When time={tool.health.checked_at} />
          </Text>
        ) : null}
        {tool.base_url ? (
          <Text size="sm" c="dimmed">
            at {tool.base_url}
          </Text>
        ) : null}
        {tool.mcp ? <Reached mcp={tool.mcp} /> : null}
        {tool.file ? (
          <Text size="sm" c="dimmed">
            As connectors/{tool.file} says; change or remove the file to change or remove the tool.
          </Text>
        ) : null}
        <Refusal error={check.error ?? simulate.error} />
      </Card>
      {tool.mcp ? <McpOffers tool={tool} mcp={tool.mcp} mayManage={mayManage} /> : null}
      {tool.settings.length > 0 ? (
        <Card withBorder component="section" aria-label="Settings">
          <Title order={3} mb="xs">
            Settings and credentials
          </Title>
          <ToolSettings tool={tool} mayChange={mayManage} />
        </Card>
      ) : null}
      <Card withBorder component="section" aria-label="Actions">
        <Group justify="space-between" mb="xs">
          <Title order={3}>Actions</Title>
          {mayManage && tool.kind === "http" ? (
            <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate()}>
              Read its manifest
            </Button>
          ) : null}
        </Group>
        <Refusal error={look.error} />
        {tool.actions.length === 0 ? (
          <Text size="sm" c="dimmed">
            {tool.mcp
              ? "Nothing is approved, so nothing can be called."
              : "It has no actions: it gave no manifest when it was added."}
          </Text>
        ) : null}
        <Accordion variant="contained" keepMounted={false}>
          {tool.actions.map((action) => (
            <Accordion.Item key={action.name} value={action.name}>
              <Accordion.Control>
                <Group gap="xs">
                  <Text span fw={600} size="sm">
                    {action.title || action.name}
                  </Text>
                  <Text span size="xs" c="dimmed" ff="monospace">
                    {tool.name}.{action.name}
                  </Text>
                  <EffectBadge effect={action.effect} size="sm" />
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <Action tool={tool} action={action} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </Card>
      <Card withBorder component="section" aria-label="Used by">
        <Title order={3} mb="xs">
          Used by
        </Title>
        <Needs tool={tool} />
        <Text size="sm">
          {tool.used_by.length > 0
            ? `Agents that may use it: ${tool.used_by.join(", ")}`
            : "No agent may use it yet."}
        </Text>
      </Card>
      <Modal opened={removing} onClose={dialog.close} title={`Remove ${tool.title}?`}>
        <Remove tool={tool} onClose={dialog.close} />
      </Modal>
    </>
  );
}

/** How an MCP server is reached, and what mock mode does with it. */
function Reached({ mcp }: { mcp: McpServer }) {
  const by = mcp.transport;
  const how = !by ? undefined : "url" in by ? `at ${by.url}` : [by.command, ...by.args].join(" ");
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
      MCP server{how ? ` · ${how}` : ""} ·{" "}
      {mcp.in_mock === "call" ? "called in mock mode as well" : "simulated in mock mode"}
    </Text>
  );
}

const REPEATS = {
  safe: "a second call changes nothing more",
  keyed: "a second call under the same key gives the first result",
  once: "a second call may act twice",
} as const;

function Action({ tool, action }: { tool: Tool; action: ToolAction }) {
  return (
    <Stack gap="sm">
      <Text size="sm">{action.description}</Text>
      <Text size="xs" c="dimmed">
        {REPEATS[action.repeat]}
        {action.artifacts.length > 0 ? ` · leaves: ${action.artifacts.join(", ")}` : ""}
      </Text>
      <CallAction tool={tool} action={action} />
      <details>
        <summary>Schema of the arguments</summary>
        <JsonView value={action.input_schema} label="the schema" />
      </details>
    </Stack>
  );
}

function Remove({ tool, onClose }: { tool: Tool; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => ask<void>("DELETE", `/api/v1/tools/${encodeURIComponent(tool.name)}`),
    onSuccess: () => {
      onClose();
      navigate({ to: paths.tools() });
      // The tool itself is not asked for again: it is gone.
      queries.invalidateQueries({ queryKey: ["tools"], exact: true });
    },
  });
  return (
    <Stack>
      {tool.recipes.length > 0 ? (
        <Alert color="orange">
          <Needs tool={tool} />
          <Text size="sm">They can no longer run.</Text>
        </Alert>
      ) : (
        <Needs tool={tool} />
      )}
      <Refusal error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </Group>
    </Stack>
  );
}
