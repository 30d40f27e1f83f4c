import {
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  List,
  SimpleGrid,
  Stack,
  Switch,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { agents, recipes, setup } from "../api/queries";
import type { Seed, SetupOutcome, SetupStatus, Started } from "../api/wire";
import { BaselineForm } from "../forms/BaselineForm";
import { ResetWorkspace } from "../forms/ResetWorkspace";
import { paths } from "../paths";
import { Icon } from "../widgets/Icon";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

const TRY_IT = { recipe: "Zoom Room Admin Policy Check", room: "Boardroom 4" };

export function SetupPage() {
  const state = useQuery(setup);
  return (
    <Stack maw={900}>
      <Title order={1}>Setup Wizard</Title>
      <Text c="dimmed">
        Prepares this workspace. Safe to run as often as you like: what exists stays as it is, and your
        changes are never overwritten.
      </Text>
      <Refusal error={state.error} />
      {state.data ? <Wizard state={state.data} /> : null}
    </Stack>
  );
}

function Wizard({ state }: { state: SetupStatus }) {
  const queries = useQueryClient();
  const [seed, setSeed] = useState<Seed>(state.choices);
  const run = useMutation({
    mutationFn: (chosen: Seed) => post<SetupOutcome>("/api/v1/setup", { seed: chosen }),
    onSuccess: (outcome) => {
      const [created, skipped, failed] = [outcome.created, outcome.skipped, outcome.failed].map(total);
      announce({
        title: "Setup done",
        text: `Created ${created}, skipped ${skipped}, failed ${failed}`,
        color: failed ? "red" : "teal",
      });
      queries.invalidateQueries();
    },
  });
  const groups = state.groups;
  return (
    <>
      <Card withBorder>
        <Title order={3} mb="xs">
          What would be created
        </Title>
        <Table>
          <Table.Tbody>
            {groups.map((group) => (
              <Table.Tr key={group.group}>
                <Table.Td w={170}>
                  <Switch
                    label={group.group}
                    checked={seed[group.group]}
                    onChange={(event) => setSeed({ ...seed, [group.group]: event.currentTarget.checked })}
                  />
                </Table.Td>
                <Table.Td>
                  <Text size="sm">
                    {seed[group.group] ? `will create ${group.missing.length}` : "stays as it is"}
                    {` · ${group.total} exist`}
                  </Text>
                  {seed[group.group] && group.missing.length > 0 ? (
                    <Text size="xs" c="dimmed">
                      {group.missing.join(", ")}
                    </Text>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group mt="md">
          <Button loading={run.isPending} onClick={() => run.mutate(seed)}>
            Initialize
          </Button>
          <Button
            variant="default"
            loading={run.isPending}
            onClick={() => run.mutate({ ...seed, workflows: true })}
          >
            Seed Examples
          </Button>
        </Group>
        <Refusal error={run.error} />
        {run.data ? <Outcome outcome={run.data} /> : null}
      </Card>
      <TryIt />
      <Health state={state} />
      <BaselineForm />
      <ResetWorkspace state={state} />
    </>
  );
}

function Outcome({ outcome }: { outcome: SetupOutcome }) {
  return (
    <Alert mt="md" color={total(outcome.failed) > 0 ? "red" : "teal"} title="Done" role="status">
      <Text size="sm">
        Created {total(outcome.created)}, skipped {total(outcome.skipped)}, failed {total(outcome.failed)}.
      </Text>
      {outcome.errors.length > 0 ? (
        <List size="sm">
          {outcome.errors.map((error) => (
            <List.Item key={error}>{error}</List.Item>
          ))}
        </List>
      ) : null}
      <Group gap="md" mt={4}>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link {...props} to="/recipes" search={{ new: outcome.new_recipes.join("|") || undefined }} />
          )}
        >
          Recipes{" "}
          {outcome.new_recipes.length > 0 ? <Badge size="xs">{outcome.new_recipes.length} new</Badge> : null}
        </Anchor>
        <Anchor component={Link} to={paths.workflows()} size="sm">
          Workflows{" "}
          {outcome.new_workflows.length > 0 ? (
            <Badge size="xs">{outcome.new_workflows.length} new</Badge>
          ) : null}
        </Anchor>
        <Anchor component={Link} to={paths.dashboard()} size="sm">
          Dashboard
        </Anchor>
      </Group>
    </Alert>
  );
}

function TryIt() {
  const navigate = useNavigate();
  const known = useQuery(recipes).data?.items ?? [];
  const agent = useQuery(agents).data?.items.find((one) => one.recipes.includes(TRY_IT.recipe))?.name;
  const ready = agent !== undefined && known.some((recipe) => recipe.name === TRY_IT.recipe);
  const start = useMutation({
    mutationFn: () =>
      post<Started>("/api/v1/runs", { agent, recipe: TRY_IT.recipe, inputs: { room: TRY_IT.room } }),
    onSuccess: (started) => navigate({ to: paths.run(started.id) }),
  });
  return (
    <Card withBorder>
      <Title order={3}>Try it</Title>
      <Text size="sm" c="dimmed" mb="sm">
        Runs “{TRY_IT.recipe}” for {TRY_IT.room}: looks the room up, checks its policy, reports, verifies, and
        posts to Slack. In mock mode all of it happens in the simulated campus on this machine.
      </Text>
      <Refusal error={start.error} />
      <Button
        disabled={!ready}
        title={ready ? undefined : "Seed the example agents and recipes first"}
        loading={start.isPending}
        onClick={() => start.mutate()}
        style={{ alignSelf: "flex-start" }}
      >
        Run it and watch
      </Button>
      {ready ? null : (
        <Text size="xs" c="dimmed" mt={4}>
          Seed the example agents and recipes first.
        </Text>
      )}
    </Card>
  );
}

function Health({ state }: { state: SetupStatus }) {
  return (
    <Card withBorder>
      <Title order={3} mb="xs">
        Health
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {state.health.map((line) => (
          <div key={line.name}>
            <Group gap="xs">
              <Badge
                color={line.ok ? "teal" : "red"}
                variant="light"
                radius="sm"
                tt="none"
                leftSection={<Icon sign={line.ok ? "check" : "cross"} size={11} />}
              >
                {line.ok ? "ok" : "not ok"}
              </Badge>
              <Text fw={600} size="sm">
                {line.name}
              </Text>
            </Group>
            <Text size="sm" c="dimmed">
              {line.detail}
              {line.fix ? ` – ${line.fix}` : ""}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Card>
  );
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
