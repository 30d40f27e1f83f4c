import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { dashboard, inbox, setup } from "../api/queries";
import { paths } from "../paths";
import { percent } from "../widgets/format";
import { RunsTable } from "../widgets/RunsTable";

export function HomePage() {
  const state = useQuery(setup).data;
  const waiting = useQuery(inbox).data?.items ?? [];
  const board = useQuery(dashboard("24h")).data;
  const fresh = state && state.groups.find((group) => group.group === "recipes")?.total === 0;
  return (
    <Stack>
      <div>
        <Title order={1}>Procedures that run, and prove that they worked</Title>
        <Text c="dimmed" maw={640}>
          A recipe captures inputs, checks before anything is touched, calls your tools, and verifies the
          result: Intake → Plan → Act → Verify.
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Card withBorder>
          <Text fw={600}>{fresh ? "Start here" : "Setup"}</Text>
          <Text size="sm" c="dimmed" mb="md">
            {fresh
              ? "Create example agents and recipes, and try one in the simulated campus."
              : "Health, examples, and a try-out run."}
          </Text>
          <Button component={Link} to={paths.setup()} variant={fresh ? "filled" : "default"} mt="auto">
            Open the Setup Wizard
          </Button>
        </Card>
        <Card withBorder>
          <Text fw={600}>Needs you: {waiting.length}</Text>
          <Text size="sm" c="dimmed" mb="md">
            {waiting[0] ? waiting[0].prompt : "Nothing waits for a person."}
          </Text>
          <Button
            component={Link}
            to={paths.inbox()}
            variant={waiting.length > 0 ? "filled" : "default"}
            mt="auto"
          >
            Open the list
          </Button>
        </Card>
        <Card withBorder>
          <Text fw={600}>Last 24 hours</Text>
          <Text size="sm" c="dimmed" mb="md">
            {board ? `${board.kpis.runs} runs, ${percent(board.kpis.success_rate)} successful` : "…"}
          </Text>
          <Button component={Link} to={paths.dashboard()} variant="default" mt="auto">
            Open the Dashboard
          </Button>
        </Card>
      </SimpleGrid>
      {board && board.recent.length > 0 ? (
        <Card withBorder>
          <Group justify="space-between" mb="xs">
            <Title order={3}>Recent runs</Title>
          </Group>
          <RunsTable runs={board.recent.slice(0, 8)} />
        </Card>
      ) : null}
    </Stack>
  );
}
