// One workflow: what it binds, the next times, and what became of those that were.

import {
  Anchor,
  Badge,
  Button,
  Card,
  Code,
  Group,
  Modal,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { me, occurrences, workflow as workflowQuery } from "../api/queries";
import type { Trigger, Workflow } from "../api/wire";
import { HookSecret } from "../forms/HookSecret";
import { NextTimes, WorkflowForm } from "../forms/WorkflowForm";
import { paths } from "../paths";
import { Deliveries } from "../widgets/Deliveries";
import { Dot, Sparkline } from "../widgets/Dot";
import { Facts } from "../widgets/Facts";
import { duration } from "../widgets/format";
import { Refusal } from "../widgets/Refusal";
import { Status } from "../widgets/Status";
import { When } from "../widgets/When";
import { useRunNow } from "./WorkflowsPage";

const route = getRouteApi("/workflows/$workflow");

export function WorkflowPage() {
  const { workflow: id } = route.useParams();
  const found = useQuery(workflowQuery(id));
  return (
    <Stack maw={1100}>
      <Anchor component={Link} to={paths.workflows()}>
        Workflows
      </Anchor>
      <Refusal error={found.error} />
      {found.data ? <Details workflow={found.data} /> : null}
    </Stack>
  );
}

function Details({ workflow }: { workflow: Workflow }) {
  const mayEdit = useQuery(me).data?.permissions.includes("author") ?? false;
  const [editing, edit] = useDisclosure(false);
  const run = useRunNow(workflow);
  const hooked = workflow.trigger.type === "webhook";
  const timed = workflow.trigger.type !== "manual" && !hooked;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Group gap="sm">
          <Dot workflow={workflow} />
          <Title order={1}>{workflow.name}</Title>
          {workflow.enabled ? null : (
            <Badge color="gray" tt="none">
              switched off{workflow.pause_reason ? `: ${workflow.pause_reason}` : ""}
            </Badge>
          )}
        </Group>
        <Group gap="sm">
          {mayEdit ? (
            <Button variant="default" onClick={edit.open}>
              Edit
            </Button>
          ) : null}
          <Button loading={run.isPending} onClick={() => run.mutate()}>
            Run now
          </Button>
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card withBorder>
          <Title order={2} size="h4" mb="xs">
            What it does
          </Title>
          <Table>
            <Table.Tbody>
              <Line name="Agent">{workflow.agent ?? "removed"}</Line>
              <Line name="Recipe">
                {workflow.recipe ?? "removed"} {workflow.version ? `v${workflow.version}` : "(latest)"}
              </Line>
              <Line name="Starts">{workflow.trigger_words}</Line>
              <Line name="Next run">
                {workflow.next_run_at ? (
                  <When time={workflow.next_run_at} />
                ) : !workflow.enabled ? (
                  "switched off"
                ) : hooked ? (
                  "when a message comes"
                ) : (
                  "by hand"
                )}
              </Line>
              <Line name="Takes">
                {workflow.average_ms === null ? "not known yet" : duration(workflow.average_ms)}
              </Line>
              {timed || hooked ? <Line name="While a run is open">{OVERLAP[workflow.overlap]}</Line> : null}
              {timed ? <Line name="Missed times">{MISSED[workflow.missed.policy]}</Line> : null}
              {workflow.trigger.type === "webhook" ? <Hooked trigger={workflow.trigger} /> : null}
              <Line name="Made by">{workflow.created_by}</Line>
            </Table.Tbody>
          </Table>
          {Object.keys(workflow.inputs).length > 0 ? <Facts values={workflow.inputs} /> : null}
        </Card>
        {timed ? (
          <Card withBorder>
            <Title order={2} size="h4" mb="xs">
              Next times
            </Title>
            <NextTimes trigger={workflow.trigger} from={workflow.next_run_at} />
          </Card>
        ) : null}
        {workflow.hook ? <HookSecret workflow={workflow} hook={workflow.hook} /> : null}
      </SimpleGrid>
      {hooked ? <Deliveries workflow={workflow} /> : null}
      <Runs workflow={workflow} />
      {timed ? <Times workflow={workflow} /> : null}
      <Modal opened={editing} onClose={edit.close} title={`Edit ${workflow.name}`} size="lg">
        {editing ? <WorkflowForm workflow={workflow} onDone={edit.close} /> : null}
      </Modal>
    </>
  );
}

export const OVERLAP = {
  skip: "the next one is skipped",
  queue_one: "the next one waits",
  queue_all: "up to a hundred wait",
  allow: "the next one starts beside it",
  cancel_running: "the open run is cancelled",
} as const;

export const MISSED = {
  latest: "one run stands for all",
  all: "each is made up for, up to a limit",
  skip: "none is made up for",
} as const;

function Hooked({ trigger }: { trigger: Extract<Trigger, { type: "webhook" }> }) {
  const inputs = Object.entries(trigger.inputs ?? {});
  return (
    <>
      <Line name="Only when">{trigger.when ? <Code>{trigger.when}</Code> : "every message"}</Line>
      {inputs.map(([name, value]) => (
        <Line key={name} name={name}>
          <Code>{typeof value === "string" ? value : JSON.stringify(value)}</Code>
        </Line>
      ))}
      <Line name="At most">{trigger.per_minute} messages a minute</Line>
    </>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w="40%">{name}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Runs({ workflow }: { workflow: Workflow }) {
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Latest runs
        </Title>
        <Sparkline runs={workflow.recent} />
      </Group>
      {workflow.recent.length === 0 ? (
        <Text size="sm" c="dimmed">
          It has not run yet.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480} type="native">
          <Table>
            <Table.Tbody>
              {workflow.recent.slice(0, 8).map((run) => (
                <Table.Tr key={run.id}>
                  <Table.Td>
                    <Status value={run.status} />
                  </Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={paths.run(run.id)} size="sm">
                      <When time={run.accepted_at} />
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{run.duration_ms === null ? "" : duration(run.duration_ms)}</Table.Td>
                  <Table.Td>
                    <Text size="sm" c="red" lineClamp={1}>
                      {run.error}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

function Times({ workflow }: { workflow: Workflow }) {
  const rows = useQuery(occurrences(workflow.id));
  return (
    <Card withBorder component="section" aria-label="Due times">
      <Title order={2} size="h4" mb="xs">
        What became of its due times
      </Title>
      <Refusal error={rows.error} />
      {rows.data?.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          It was not due yet.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480} type="native">
          <Table>
            <Table.Tbody>
              {rows.data?.items.map((row) => (
                <Table.Tr key={row.due_at}>
                  <Table.Td>
                    <When time={row.due_at} />
                    {row.times > 1 ? ` (${row.times} times)` : ""}
                  </Table.Td>
                  <Table.Td>
                    {row.run_id ? (
                      <Anchor component={Link} to={paths.run(row.run_id)} size="sm">
                        {row.outcome}
                      </Anchor>
                    ) : (
                      row.outcome
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed">
                      {row.reason}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
