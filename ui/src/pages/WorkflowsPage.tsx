// Workflows: what runs when, how it went, and starting it now.

import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Group,
  Menu,
  Modal,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ask, post } from "../api/client";
import { me, workflows } from "../api/queries";
import type { Started, Ticked, Workflow } from "../api/wire";
import { PauseWorkflow } from "../forms/PauseWorkflow";
import { WorkflowForm } from "../forms/WorkflowForm";
import { paths } from "../paths";
import { Dot, Sparkline } from "../widgets/Dot";
import { Empty } from "../widgets/Empty";
import { duration } from "../widgets/format";
import { announce } from "../widgets/NotificationList";
import { Refusal, toastError } from "../widgets/Refusal";
import { When } from "../widgets/When";

const route = getRouteApi("/workflows");

export function WorkflowsPage() {
  const { q = "", new: creating } = route.useSearch();
  const navigate = useNavigate();
  const list = useQuery(workflows);
  const permissions = useQuery(me).data?.permissions ?? [];
  const queries = useQueryClient();
  const tick = useMutation({
    mutationFn: () => post<Ticked>("/api/v1/scheduler/tick"),
    onSuccess: (ticked) => {
      queries.invalidateQueries({ queryKey: ["workflows"] });
      announce({ title: "Scheduler ticked", text: ticks(ticked), to: paths.runs() });
    },
    onError: toastError,
  });
  const search = (change: { q?: string; new?: boolean }) =>
    navigate({ to: "/workflows", search: { q: q || undefined, new: creating, ...change }, replace: true });
  const found = (list.data?.items ?? []).filter((workflow) => matches(workflow, q));
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>Workflows</Title>
          <Text c="dimmed">An agent, a recipe, and what starts them together.</Text>
        </div>
        <Group gap="sm">
          <Button variant="default" loading={tick.isPending} onClick={() => tick.mutate()}>
            Tick scheduler
          </Button>
          {permissions.includes("author") ? (
            <Button onClick={() => search({ new: true })}>Create Workflow</Button>
          ) : null}
        </Group>
      </Group>
      <Refusal error={list.error} />
      {list.data?.items.length ? (
        <TextInput
          aria-label="Find a workflow"
          placeholder="Find by name, agent or recipe"
          maw={360}
          value={q}
          onChange={(event) => search({ q: event.currentTarget.value || undefined })}
        />
      ) : null}
      {list.isSuccess && list.data.items.length === 0 ? (
        <Empty
          title="No workflows yet"
          why="A workflow runs a recipe again and again: by hand, every so many minutes, or by the clock."
        >
          <Button onClick={() => search({ new: true })}>Create Workflow</Button>
        </Empty>
      ) : null}
      {list.isSuccess && list.data.items.length > 0 && found.length === 0 ? (
        <Text c="dimmed">No workflow matches “{q}”.</Text>
      ) : null}
      {found.length > 0 ? (
        <Table.ScrollContainer minWidth={960} type="native">
          <Table verticalSpacing="sm" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={36} aria-label="Latest outcome" />
                <Table.Th>Name</Table.Th>
                <Table.Th>Agent · recipe</Table.Th>
                <Table.Th>Trigger</Table.Th>
                <Table.Th>Last 20</Table.Th>
                <Table.Th>Last run</Table.Th>
                <Table.Th>Next run</Table.Th>
                <Table.Th>On</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((workflow) => (
                <Row key={workflow.id} workflow={workflow} permissions={permissions} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      <Modal
        opened={creating === true}
        onClose={() => search({ new: undefined })}
        title="Create Workflow"
        size="lg"
      >
        {creating ? <WorkflowForm onDone={() => search({ new: undefined })} /> : null}
      </Modal>
    </Stack>
  );
}

function Row({ workflow, permissions }: { workflow: Workflow; permissions: string[] }) {
  const queries = useQueryClient();
  const address = `/api/v1/workflows/${workflow.id}`;
  const refresh = () => queries.invalidateQueries({ queryKey: ["workflows"] });
  const [editing, edit] = useDisclosure(false);
  const [pausing, pause] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  const run = useRunNow(workflow);
  const enable = useMutation({
    mutationFn: () => ask<Workflow>("PATCH", address, { enabled: true }),
    onSuccess: refresh,
    onError: toastError,
  });
  const remove = useMutation({ mutationFn: () => ask("DELETE", address), onSuccess: refresh });
  const [typed, setTyped] = useState("");
  const timed = workflow.trigger.type !== "manual";
  const maySwitch = permissions.includes(workflow.enabled ? "operate" : "schedule");
  return (
    <Table.Tr>
      <Table.Td>
        <Dot workflow={workflow} />
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} to={paths.workflow(workflow.id)} fw={600}>
          {workflow.name}
        </Anchor>
        {workflow.overdue ? (
          <Badge color="orange" size="xs" ml={6} tt="none">
            overdue
          </Badge>
        ) : null}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{workflow.agent ?? "removed agent"}</Text>
        <Text size="xs" c="dimmed">
          {workflow.recipe ?? "removed recipe"} {workflow.version ? `v${workflow.version}` : "latest"}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{workflow.trigger_words}</Text>
      </Table.Td>
      <Table.Td>
        <Sparkline runs={workflow.recent} />
      </Table.Td>
      <Table.Td>
        {workflow.last_run ? (
          <>
            <Anchor component={Link} to={paths.run(workflow.last_run.id)} size="sm">
              {workflow.last_run.status}
            </Anchor>
            <Text size="xs" c="dimmed">
              <When time={workflow.last_run.accepted_at} />
              {workflow.average_ms === null ? "" : ` · takes ${duration(workflow.average_ms)}`}
            </Text>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            never
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {workflow.next_run_at ? (
          <When time={workflow.next_run_at} />
        ) : (
          <Text size="sm" c="dimmed">
            {!timed
              ? "by hand"
              : workflow.enabled
                ? "when a message comes"
                : (workflow.pause_reason ?? "switched off")}
          </Text>
        )}
        {workflow.last_not_run && workflow.last_not_run.outcome !== "paused" ? (
          <Text size="xs" c="orange" lineClamp={2}>
            {workflow.last_not_run.outcome}: {workflow.last_not_run.reason}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        {timed ? (
          <Switch
            aria-label={`${workflow.name} is switched ${workflow.enabled ? "on" : "off"}`}
            checked={workflow.enabled}
            disabled={!maySwitch || enable.isPending}
            onChange={(event) => (event.currentTarget.checked ? enable.mutate() : pause.open())}
          />
        ) : null}
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="light" loading={run.isPending} onClick={() => run.mutate()}>
            Run now
          </Button>
          {permissions.includes("author") ? (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" aria-label={`More for ${workflow.name}`}>
                  ⋯
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={edit.open}>Edit</Menu.Item>
                <Menu.Item color="red" onClick={removal.open}>
                  Delete {workflow.name}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          ) : null}
        </Group>
        <Modal opened={editing} onClose={edit.close} title={`Edit ${workflow.name}`} size="lg">
          {editing ? <WorkflowForm workflow={workflow} onDone={edit.close} /> : null}
        </Modal>
        <PauseWorkflow workflow={workflow} opened={pausing} onClose={pause.close} />
        <Modal opened={removing} onClose={removal.close} title={`Delete ${workflow.name}`}>
          <Stack>
            <Text size="sm">
              Its runs stay. The record of its due times goes. Type the name to delete it.
            </Text>
            <TextInput
              aria-label="Name of the workflow"
              placeholder={workflow.name}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              data-autofocus
            />
            <Refusal error={remove.error} />
            <Button
              color="red"
              disabled={typed.trim() !== workflow.name}
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Delete {workflow.name}
            </Button>
          </Stack>
        </Modal>
      </Table.Td>
    </Table.Tr>
  );
}

/** Starts a workflow with the values it keeps, and says under which id. */
export function useRunNow(workflow: Workflow) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => post<Started>(`/api/v1/workflows/${workflow.id}/runs`),
    onSuccess: (started) => {
      queries.invalidateQueries({ queryKey: ["workflows"] });
      announce({ title: "Run started", text: `${workflow.name} · ${started.id}`, to: paths.run(started.id) });
    },
    onError: toastError,
  });
}

function ticks(ticked: Ticked): string {
  const started = `${ticked.started.length} started`;
  const rest = ticked.not_run > 0 ? `, ${ticked.not_run} not run` : "";
  return `${ticked.due} due, ${started}${rest}`;
}

function matches(workflow: Workflow, q: string): boolean {
  const text = `${workflow.name} ${workflow.agent ?? ""} ${workflow.recipe ?? ""}`.toLowerCase();
  return text.includes(q.trim().toLowerCase());
}
