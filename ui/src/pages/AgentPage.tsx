// One agent: Trigger Run, what it may touch, and its latest runs.

import { Alert, Anchor, Badge, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { agent as agentQuery, me, reach, recipes, runs } from "../api/queries";
import type { Agent, Json, Reachable } from "../api/wire";
import { RunByAgent } from "../forms/RunByAgent";
import { paths } from "../paths";
import { AgentSettings } from "../widgets/AgentSettings";
import { EffectBadge } from "../widgets/EffectBadge";
import { Refusal } from "../widgets/Refusal";
import { RunsTable } from "../widgets/RunsTable";
import { AgentMenu, Outcome } from "./AgentsPage";

const route = getRouteApi("/agents/$agent");

export function AgentPage() {
  const { agent: id } = route.useParams();
  const found = useQuery(agentQuery(id));
  return (
    <Stack maw={1100}>
      <Anchor component={Link} to={paths.agents()}>
        Agents
      </Anchor>
      <Refusal error={found.error} />
      {found.data ? <Details agent={found.data} /> : null}
    </Stack>
  );
}

function Details({ agent }: { agent: Agent }) {
  const mayAuthor = useQuery(me).data?.permissions.includes("author") ?? false;
  const latest = useQuery(runs(`agent=${encodeURIComponent(agent.id)}&limit=10`));
  const navigate = useNavigate();
  return (
    <>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Group gap="sm">
            <Title order={1}>{agent.name}</Title>
            <Badge variant="light" color="gray" tt="none">
              {agent.domain}
            </Badge>
          </Group>
          <Text c="dimmed">{agent.description}</Text>
        </div>
        {mayAuthor ? <AgentMenu agent={agent} onRemoved={() => navigate({ to: paths.agents() })} /> : null}
      </Group>
      <Card withBorder component="section" aria-label="Run">
        <Stack gap="sm">
          <Outcome agent={agent} />
          <RunByAgent agent={agent} />
          <Attached agent={agent} />
          <Text size="sm">
            <b>Workflows that start it:</b> {agent.workflows.length > 0 ? agent.workflows.join(", ") : "none"}
          </Text>
          <AgentSettings
            model={agent.model ?? null}
            guardrails={agent.guardrails as Json}
            defaults={agent.defaults}
          />
        </Stack>
      </Card>
      <MayTouch agent={agent} />
      <Card withBorder component="section" aria-label="Latest runs">
        <Title order={2} size="h4" mb="xs">
          Latest runs
        </Title>
        <Refusal error={latest.error} />
        {latest.data?.items.length === 0 ? (
          <Text size="sm" c="dimmed">
            It has not run yet.
          </Text>
        ) : null}
        {latest.data?.items.length ? <RunsTable runs={latest.data.items} /> : null}
      </Card>
    </>
  );
}

function Attached({ agent }: { agent: Agent }) {
  const known = useQuery(recipes).data?.items ?? [];
  return (
    <Text size="sm">
      <b>Attached recipes:</b>{" "}
      {agent.recipes.length === 0
        ? "none"
        : agent.recipes.map((name, place) => {
            const slug = known.find((recipe) => recipe.name === name)?.slug;
            return (
              <span key={name}>
                {place > 0 ? ", " : ""}
                {slug ? (
                  <Anchor component={Link} to={paths.recipe(slug)}>
                    {name}
                  </Anchor>
                ) : (
                  name
                )}
              </span>
            );
          })}
    </Text>
  );
}

const SAYS = {
  read: "changes nothing",
  write: "adds or changes something that can be put back",
  destructive: "interrupts people or cannot be put back",
} as const;

function MayTouch({ agent }: { agent: Agent }) {
  const found = useQuery(reach(agent.id));
  const effects = ["destructive", "write", "read"] as const;
  return (
    <Card withBorder component="section" aria-label="What may this agent touch?">
      <Title order={2} size="h4" mb="xs">
        What may this agent touch?
      </Title>
      <Refusal error={found.error} />
      {found.data?.lacking.length ? (
        <Alert color="orange" title="Not set up yet" mb="sm">
          {found.data.lacking.map((tool) => (
            <Text key={tool.tool} size="sm">
              <Anchor component={Link} to={paths.tool(tool.tool)}>
                {tool.title}
              </Anchor>{" "}
              lacks: {tool.missing.join(", ")}
            </Text>
          ))}
        </Alert>
      ) : null}
      {agent.tools.length === 0 ? (
        <Text size="sm" mb="xs">
          No list of tools is set for it, so it may use every tool.
        </Text>
      ) : null}
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {effects.map((effect) => {
            const actions = found.data?.actions.filter((action) => action.effect === effect) ?? [];
            return (
              <Table.Tr key={effect}>
                <Table.Th w={{ base: 110, sm: 220 }} style={{ verticalAlign: "top" }}>
                  <EffectBadge effect={effect} />
                  <Text size="xs" c="dimmed" fw={400}>
                    {SAYS[effect]}
                  </Text>
                </Table.Th>
                <Table.Td>
                  {actions.length > 0 ? <ByTool actions={actions} /> : <Text size="sm">nothing</Text>}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function ByTool({ actions }: { actions: Reachable[] }) {
  const tools = [...new Set(actions.map((action) => action.tool))];
  return (
    <Stack gap={4}>
      {tools.map((tool) => (
        <Text key={tool} size="sm">
          <Anchor component={Link} to={paths.tool(tool)} fw={600}>
            {tool}
          </Anchor>
          {": "}
          {actions
            .filter((action) => action.tool === tool)
            .map((action) => action.title || action.action)
            .join(", ")}
        </Text>
      ))}
    </Stack>
  );
}
