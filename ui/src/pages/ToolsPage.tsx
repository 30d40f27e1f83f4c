import { Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Switch, Text, Title } from "@mantine/core";
import { useDisclosure, useDocumentVisibility, useInterval } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ask, get, post } from "../api/client";
import { me, tools } from "../api/queries";
import type { Health, Tool } from "../api/wire";
import { AddConnector } from "../forms/AddConnector";
import { CallByJson } from "../forms/ToolCall";
import { paths } from "../paths";
import { ConnectorFiles } from "../widgets/ConnectorFiles";
import { Empty } from "../widgets/Empty";
import { HealthMark } from "../widgets/HealthMark";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

/** How often all tools are asked while the page is looked at. */
const EVERY_MS = 30_000;

/** Every tool with how it feels, and a direct call of any action. */
export function ToolsPage() {
  const list = useQuery(tools);
  const mayManage = useQuery(me).data?.permissions.includes("manage_tools") ?? false;
  const [adding, dialog] = useDisclosure(false);
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: () => post("/api/v1/tools/check"),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tools"] }),
  });
  const [refreshing, setRefreshing] = useState(true);
  const seen = useDocumentVisibility() === "visible";
  const ticking = useInterval(() => check.mutate(), EVERY_MS);
  const unknown = list.data?.items.some((tool) => !tool.health) ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the list shows tools that nobody asked yet
  useEffect(() => {
    if (unknown) check.mutate();
  }, [unknown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the interval itself is the same at every render
  useEffect(() => {
    if (refreshing && seen) ticking.start();
    else ticking.stop();
    return ticking.stop;
  }, [refreshing, seen]);
  const found = list.data?.items ?? [];
  const red = found.filter((tool) => tool.health && !tool.health.ok);
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>MCP Tools</Title>
          <Text c="dimmed">What recipes can use: how it feels, what it offers, and how it is set up.</Text>
          <Group gap="md" mt={4}>
            <Anchor component={Link} to={paths.rooms()} size="sm">
              Rooms and devices
            </Anchor>
            <Anchor component={Link} to={paths.campus()} size="sm">
              Simulated campus
            </Anchor>
          </Group>
        </div>
        <Group gap="sm">
          <Switch
            size="xs"
            label="every 30 s"
            checked={refreshing}
            onChange={(event) => setRefreshing(event.currentTarget.checked)}
          />
          <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            Check all
          </Button>
          {mayManage ? <Button onClick={dialog.open}>Add connector</Button> : null}
        </Group>
      </Group>
      <Refusal error={list.error ?? check.error} />
      <Text size="sm" role="status">
        {found.length === 0
          ? ""
          : red.length === 0
            ? `${found.length} tools`
            : `${red.length} of ${found.length} are not well: ${red.map((tool) => tool.name).join(", ")}`}
      </Text>
      <ConnectorFiles mayManage={mayManage} />
      {list.isSuccess && found.length === 0 ? (
        <Empty title="No tools" why="Tools ship with the program; this one has none." />
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {found.map((tool) => (
          <ToolCard key={tool.name} tool={tool} mayManage={mayManage} />
        ))}
      </SimpleGrid>
      <Card withBorder>
        <CallByJson />
      </Card>
      <AddConnector opened={adding} onClose={dialog.close} />
    </Stack>
  );
}

function ToolCard({ tool, mayManage }: { tool: Tool; mayManage: boolean }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["tools"] });
  const address = `/api/v1/tools/${encodeURIComponent(tool.name)}`;
  const retry = useMutation({ mutationFn: () => get<Health>(`${address}/health`), onSettled: refresh });
  const simulate = useMutation({
    mutationFn: (on: boolean) => ask<Tool>("PATCH", address, { simulate: on }),
    onSuccess: () => retry.mutate(),
  });
  const missing = tool.settings.filter((setting) => setting.required && !setting.set);
  const red = tool.health !== null && !tool.health.ok;
  return (
    <Card withBorder component="article" aria-label={tool.title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Anchor component={Link} to={paths.tool(tool.name)}>
            <Text span fw={600}>
              {tool.title}
            </Text>
          </Anchor>
          <Text size="xs" c="dimmed" ff="monospace">
            {tool.name}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap">
          <Badge variant="light" color={tool.mode === "live" ? "blue" : "grape"} tt="none">
            {tool.mode}
          </Badge>
          <HealthMark health={tool.health} />
        </Group>
      </Group>
      <Text size="sm" mt="xs" lineClamp={2}>
        {tool.description}
      </Text>
      {tool.health ? (
        <Text size="xs" c={red ? "red" : "dimmed"} mt={4} lineClamp={3}>
          {tool.health.detail} · {tool.health.latency_ms} ms · <When time={tool.health.checked_at} />
        </Text>
      ) : null}
      {red ? (
        <Group gap="xs" mt="xs">
          <Button
            size="compact-xs"
            variant="default"
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            Retry
          </Button>
          {mayManage && tool.mode === "live" ? (
            <Button
              size="compact-xs"
              variant="light"
              color="grape"
              loading={simulate.isPending}
              onClick={() => simulate.mutate(true)}
            >
              Switch to mock
            </Button>
          ) : null}
        </Group>
      ) : null}
      {tool.mode === "live" && missing.length > 0 ? (
        <Text size="xs" c="orange" mt={4}>
          Not set: {missing.map((setting) => setting.title).join(", ")}
        </Text>
      ) : null}
      {tool.mcp && tool.mcp.waiting > 0 ? (
        <Text size="xs" c="orange" mt={4}>
          {count(tool.mcp.waiting, "action")} off until approved
        </Text>
      ) : null}
      <Refusal error={simulate.error ?? retry.error} />
      <Text size="xs" c="dimmed" mt="xs">
        {count(tool.actions.length, "action")} · {count(tool.recipes.length, "recipe")} ·{" "}
        {count(tool.used_by.length, "agent")}
      </Text>
    </Card>
  );
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
