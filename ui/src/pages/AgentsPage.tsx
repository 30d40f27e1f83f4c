// Agents: domain workers, how they went, and Trigger Run on each card.

import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Card,
  Chip,
  Group,
  Menu,
  Modal,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { agents, me } from "../api/queries";
import type { Agent } from "../api/wire";
import { AgentForm } from "../forms/AgentForm";
import { RemoveAgent } from "../forms/RemoveAgent";
import { RunByAgent } from "../forms/RunByAgent";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { Refusal } from "../widgets/Refusal";
import { Status } from "../widgets/Status";
import { When } from "../widgets/When";

const route = getRouteApi("/agents");

export function AgentsPage() {
  const { q = "", domain, new: creating } = route.useSearch();
  const navigate = useNavigate();
  const list = useQuery(agents);
  const mayAuthor = useQuery(me).data?.permissions.includes("author") ?? false;
  const search = (change: { q?: string; domain?: string; new?: boolean }) =>
    navigate({
      to: "/agents",
      search: { q: q || undefined, domain, new: creating, ...change },
      replace: true,
    });
  const all = list.data?.items ?? [];
  const domains = [...new Set(all.map((agent) => agent.domain))].sort();
  const found = all.filter((agent) => (!domain || agent.domain === domain) && matches(agent, q));
  const create = <Button onClick={() => search({ new: true })}>Create Agent</Button>;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>Agents</Title>
          <Text c="dimmed">Workers for a domain: the tools each may use, the recipes it runs.</Text>
        </div>
        {mayAuthor ? create : null}
      </Group>
      <Refusal error={list.error} />
      {all.length > 0 ? (
        <Group gap="sm">
          <TextInput
            aria-label="Find an agent"
            placeholder="Find by name, domain, recipe or tool"
            w={{ base: "100%", xs: 320 }}
            value={q}
            onChange={(event) => search({ q: event.currentTarget.value || undefined })}
          />
          <Chip.Group value={domain ?? ""} onChange={(chosen) => search({ domain: chosen || undefined })}>
            <Group gap={6} role="group" aria-label="Domain">
              <Chip value="" size="xs">
                all domains
              </Chip>
              {domains.map((known) => (
                <Chip key={known} value={known} size="xs">
                  {known}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Group>
      ) : null}
      {list.isSuccess && all.length === 0 ? (
        <Empty
          title="No agents yet"
          why="An agent is a worker for a domain. Recipes run for it, with the tools that it may use."
        >
          <Group>
            {mayAuthor ? create : null}
            <Button component={Link} to={paths.setup()} variant="default">
              Seed some in the Setup Wizard
            </Button>
          </Group>
        </Empty>
      ) : null}
      {all.length > 0 && found.length === 0 ? <Text c="dimmed">No agent matches.</Text> : null}
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {found.map((agent) => (
          <AgentCard key={agent.id} agent={agent} mayAuthor={mayAuthor} />
        ))}
      </SimpleGrid>
      <Modal
        opened={creating === true}
        onClose={() => search({ new: undefined })}
        title="Create Agent"
        size="lg"
      >
        {creating ? <AgentForm onDone={() => search({ new: undefined })} /> : null}
      </Modal>
    </Stack>
  );
}

function AgentCard({ agent, mayAuthor }: { agent: Agent; mayAuthor: boolean }) {
  return (
    <Card withBorder component="section" aria-label={agent.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="xs">
          <Anchor component={Link} to={paths.agent(agent.id)} fw={600} size="lg">
            {agent.name}
          </Anchor>
          <Badge variant="light" color="gray" tt="none">
            {agent.domain}
          </Badge>
        </Group>
        {mayAuthor ? <AgentMenu agent={agent} /> : null}
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2} mb="xs">
        {agent.description}
      </Text>
      <Stack gap={4} mb="md" style={{ flex: 1 }}>
        <Outcome agent={agent} />
        <Text size="sm">
          <b>Recipes:</b> {agent.recipes.length > 0 ? agent.recipes.join(", ") : "none attached"}
        </Text>
        <Text size="sm">
          <b>Tools:</b> {agent.tools.length > 0 ? agent.tools.join(", ") : "all"}
        </Text>
      </Stack>
      <RunByAgent agent={agent} />
    </Card>
  );
}

/** The latest run, and the share that succeeded. */
export function Outcome({ agent }: { agent: Agent }) {
  const { runs, success_rate } = agent.stats;
  if (!agent.last_run) {
    return (
      <Text size="sm" c="dimmed">
        It has not run yet.
      </Text>
    );
  }
  return (
    <Group gap="xs">
      <Status value={agent.last_run.status} />
      <Anchor component={Link} to={paths.run(agent.last_run.id)} size="sm">
        <When time={agent.last_run.accepted_at} />
      </Anchor>
      {success_rate === null ? null : (
        <Text size="sm" c="dimmed">
          {Math.round(success_rate * 100)} % of {runs} succeeded
        </Text>
      )}
    </Group>
  );
}

/** Edit, duplicate, delete. */
export function AgentMenu({ agent, onRemoved }: { agent: Agent; onRemoved?: () => void }) {
  const [form, setForm] = useState<"edit" | "copy" | undefined>();
  const [removing, removal] = useDisclosure(false);
  const close = () => setForm(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" aria-label={`More for ${agent.name}`}>
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setForm("edit")}>Edit</Menu.Item>
          <Menu.Item onClick={() => setForm("copy")}>Duplicate</Menu.Item>
          <Menu.Item color="red" onClick={removal.open}>
            Delete {agent.name}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={form !== undefined}
        onClose={close}
        title={form === "copy" ? `Duplicate ${agent.name}` : `Edit ${agent.name}`}
        size="lg"
      >
        {form ? <AgentForm from={agent} copy={form === "copy"} onDone={close} /> : null}
      </Modal>
      <Modal opened={removing} onClose={removal.close} title={`Delete ${agent.name}?`}>
        {removing ? <RemoveAgent agent={agent} onClose={removal.close} onRemoved={onRemoved} /> : null}
      </Modal>
    </>
  );
}

function matches(agent: Agent, q: string): boolean {
  const text = [agent.name, agent.domain, agent.description, ...agent.recipes, ...agent.tools].join(" ");
  return text.toLowerCase().includes(q.trim().toLowerCase());
}
