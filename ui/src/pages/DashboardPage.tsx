import { BarChart, Sparkline } from "@mantine/charts";
import {
  Anchor,
  Button,
  Card,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { dashboard } from "../api/queries";
import type { Dashboard, InboxItem, RecipeMetric } from "../api/wire";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { duration, percent } from "../widgets/format";
import { Refusal } from "../widgets/Refusal";
import { RunsTable } from "../widgets/RunsTable";
import { When } from "../widgets/When";

const route = getRouteApi("/dashboard");
const WINDOWS = ["24h", "7d", "30d", "all"];

export function DashboardPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const window = WINDOWS.includes(search.window ?? "") ? (search.window ?? "24h") : "24h";
  const board = useQuery(dashboard(window));
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>Dashboard</Title>
        <SegmentedControl
          aria-label="Window"
          data={WINDOWS}
          value={window}
          onChange={(chosen) => navigate({ search: { window: chosen } })}
        />
      </Group>
      <Refusal error={board.error} />
      {board.data ? <Board board={board.data} /> : null}
    </Stack>
  );
}

function Board({ board }: { board: Dashboard }) {
  const { kpis, previous } = board;
  const window = board.window === "all" ? undefined : board.window;
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Tile
          label="Total runs"
          value={String(kpis.runs)}
          to={paths.runs()}
          search={{ window }}
          note={change(kpis.runs, previous?.runs)}
        />
        <Tile
          label="Success rate"
          value={percent(kpis.success_rate)}
          to={paths.runs()}
          search={{ status: "failed", window }}
          note={[`${kpis.failed} failed`, previous ? `before: ${percent(previous.success_rate)}` : ""]
            .filter(Boolean)
            .join(" · ")}
        />
        <Tile
          label="p95 duration"
          value={duration(kpis.p95_ms)}
          note={previous ? `before: ${duration(previous.p95_ms)}` : "whole run, waits included"}
        />
        <Card withBorder padding="sm">
          <Text size="sm" c="dimmed">
            Last error
          </Text>
          {kpis.last_error ? (
            <>
              <Anchor component={Link} to={paths.run(kpis.last_error.run_id)} size="sm" lineClamp={2}>
                {kpis.last_error.message}
              </Anchor>
              <Text size="xs" c="dimmed">
                {kpis.last_error.run} · <When time={kpis.last_error.at} />
              </Text>
            </>
          ) : (
            <Text size="xl" fw={700}>
              none
            </Text>
          )}
        </Card>
      </SimpleGrid>
      {board.needs_you.length > 0 ? (
        <section aria-labelledby="needs">
          <Title order={3} id="needs" mb="xs">
            Needs you ({board.needs_you.length})
          </Title>
          <Card withBorder padding={0} className="needs">
            {board.needs_you.slice(0, 3).map((item) => (
              <Waiting key={`${item.run_id}:${item.step}`} item={item} />
            ))}
            {board.needs_you.length > 3 ? (
              <Anchor
                component={Link}
                to={paths.inbox()}
                className="row"
                display="block"
                px="md"
                py={8}
                size="sm"
              >
                All {board.needs_you.length} that wait
              </Anchor>
            ) : null}
          </Card>
        </section>
      ) : null}
      <Card withBorder>
        <Title order={3} mb="xs">
          Runs per {board.bucket}
        </Title>
        <BarChart
          h={180}
          type="stacked"
          dataKey="t"
          data={board.trend.map((point) => ({ ...point, t: tick(point.t, board.bucket) }))}
          series={[
            { name: "success", color: "teal.6" },
            { name: "failed", color: "red.6" },
            { name: "other", color: "gray.5" },
          ]}
          withLegend
          tickLine="none"
          gridAxis="y"
          barProps={{ isAnimationActive: false }}
        />
      </Card>
      {board.metrics.length > 0 ? <Metrics metrics={board.metrics} /> : null}
      <Card withBorder>
        <Group justify="space-between" mb="xs">
          <Title order={3}>Recent runs</Title>
          <Anchor component={Link} to={paths.runs()} size="sm">
            All runs and filters
          </Anchor>
        </Group>
        {board.recent.length > 0 ? (
          <RunsTable runs={board.recent} />
        ) : (
          <Empty
            title="No runs yet"
            why="Runs appear here as they happen. Try one from the Setup Wizard or from a recipe."
          >
            <Anchor component={Link} to={paths.setup()}>
              Open the Setup Wizard
            </Anchor>
          </Empty>
        )}
      </Card>
    </>
  );
}

/** A figure; where runs stand behind it, the whole tile leads to them. */
function Tile({
  label,
  value,
  note,
  to,
  search,
}: {
  label: string;
  value: string;
  note?: ReactNode;
  to?: string;
  search?: { status?: string; window?: string };
}) {
  const inside = (
    <>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={26} fw={700} lh={1.25} c="var(--mantine-color-text)">
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </>
  );
  return to ? (
    <Card
      withBorder
      padding="sm"
      className="tile"
      renderRoot={(props) => <Link {...props} to={to} search={search} />}
    >
      {inside}
    </Card>
  ) : (
    <Card withBorder padding="sm">
      {inside}
    </Card>
  );
}

/** One line of "needs you"; the answer itself is given where all of its evidence is. */
function Waiting({ item }: { item: InboxItem }) {
  return (
    <Group className="row" justify="space-between" wrap="nowrap" px="md" py={8}>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600} truncate>
          {item.prompt}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {item.reason} · {item.run} · waiting since <When time={item.since} />
        </Text>
      </div>
      <Button
        size="xs"
        variant="light"
        style={{ flexShrink: 0 }}
        aria-label={`Answer: ${item.prompt}`}
        renderRoot={(props) => <Link {...props} to={paths.run(item.run_id)} />}
      >
        Answer
      </Button>
    </Group>
  );
}

function Metrics({ metrics }: { metrics: RecipeMetric[] }) {
  return (
    <Card withBorder>
      <Title order={3} mb="xs">
        Success metrics
      </Title>
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {["Metric", "Recipe", "Mean", "Target", "Met", "Trend"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.map((metric) => (
              <Table.Tr key={`${metric.recipe}:${metric.name}`}>
                <Table.Td>{metric.name}</Table.Td>
                <Table.Td>{metric.recipe}</Table.Td>
                <Table.Td>
                  {metric.value?.toFixed(1) ?? "–"} {metric.unit}
                </Table.Td>
                <Table.Td>{metric.target ?? "–"}</Table.Td>
                <Table.Td>{percent(metric.met_rate)}</Table.Td>
                <Table.Td>
                  <Sparkline w={120} h={24} data={metric.trend} aria-label={`${metric.count} values`} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function change(now: number, before: number | undefined): string {
  if (before === undefined) return "";
  const difference = now - before;
  return `${difference >= 0 ? "+" : "−"}${Math.abs(difference)} against the window before`;
}

function tick(time: string, bucket: "hour" | "day"): string {
  const date = new Date(time);
  return bucket === "hour"
    ? date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}
