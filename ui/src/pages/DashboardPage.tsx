import { Sparkline } from "@mantine/charts";
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
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { dashboard } from "../api/queries";
import type { Dashboard, InboxItem, RecipeBoard, RecipeMetric } from "../api/wire";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { duration, percent } from "../widgets/format";
import { Change, KpiTile } from "../widgets/KpiTile";
import { Refusal } from "../widgets/Refusal";
import { RunsTable } from "../widgets/RunsTable";
import { Trend } from "../widgets/Trend";
import { When } from "../widgets/When";

const route = getRouteApi("/dashboard");
const WINDOWS = ["24h", "7d", "30d", "all"];

export function DashboardPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const window = WINDOWS.includes(search.window ?? "") ? (search.window ?? "24h") : "24h";
  const board = useQuery(dashboard(window, search.bucket));
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>Dashboard</Title>
        <Group gap="xs">
          <SegmentedControl
            aria-label="Window"
            data={WINDOWS}
            value={window}
            onChange={(chosen) => navigate({ search: { ...search, window: chosen } })}
          />
          <Button
            variant="default"
            size="sm"
            renderRoot={(props) => <Link {...props} to={paths.wall()} search={{ window }} />}
          >
            Wallboard
          </Button>
        </Group>
      </Group>
      <Refusal error={board.error} />
      {board.data ? (
        <Board
          board={board.data}
          bucket={search.bucket}
          setBucket={(bucket) => navigate({ search: { ...search, bucket }, replace: true })}
        />
      ) : null}
    </Stack>
  );
}

function Board({
  board,
  bucket,
  setBucket,
}: {
  board: Dashboard;
  bucket: "hour" | "day" | undefined;
  setBucket: (bucket: "hour" | "day" | undefined) => void;
}) {
  const navigate = useNavigate();
  const window = board.window === "all" ? undefined : board.window;
  return (
    <>
      {board.needs_you.length > 0 ? <NeedsYou items={board.needs_you} /> : null}
      <Tiles board={board} />
      <Card withBorder>
        <Group justify="space-between" mb="xs">
          <div>
            <Title order={3}>Runs per {board.bucket}</Title>
            <Text size="xs" c="dimmed">
              A click on a bar lists its runs.
            </Text>
          </div>
          <SegmentedControl
            size="xs"
            aria-label="Width of a bar"
            data={[
              { value: "auto", label: "fitting" },
              { value: "hour", label: "hour" },
              { value: "day", label: "day" },
            ]}
            value={bucket ?? "auto"}
            onChange={(chosen) => setBucket(chosen === "hour" || chosen === "day" ? chosen : undefined)}
          />
        </Group>
        <Trend
          trend={board.trend}
          bucket={board.bucket}
          onSpan={(since, until) => navigate({ to: "/runs", search: { since, until } })}
        />
      </Card>
      {board.recipes.length > 0 ? <Recipes boards={board.recipes} window={window} /> : null}
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

function Tiles({ board }: { board: Dashboard }) {
  const { kpis, previous } = board;
  const window = board.window === "all" ? undefined : board.window;
  const runs = (difference: number) => `${difference}`;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      <KpiTile
        label="Total runs"
        value={String(kpis.runs)}
        to={paths.runs()}
        search={{ window }}
        note={<Change now={kpis.runs} before={previous?.runs} text={runs} />}
      />
      <KpiTile
        label="Success rate"
        value={percent(kpis.success_rate)}
        to={paths.runs()}
        search={{ status: "success", window }}
        note={
          <Change
            now={kpis.success_rate}
            before={previous?.success_rate}
            better="up"
            text={(share) => `${(share * 100).toFixed(1)} points`}
          />
        }
      />
      <KpiTile
        label="Failed"
        value={String(kpis.failed)}
        to={paths.runs()}
        search={{ status: "failed", window }}
        note={<Change now={kpis.failed} before={previous?.failed} better="down" text={runs} />}
      />
      <KpiTile
        label="Under way"
        value={String(kpis.running + kpis.waiting)}
        to={paths.runs()}
        search={{ status: "queued,running,waiting", window }}
        note={`${kpis.waiting} of them waiting`}
      />
      <KpiTile
        label="p95 duration"
        value={duration(kpis.p95_ms)}
        to={paths.runs()}
        search={{ window, sort: "-duration_ms" }}
        note={
          previous ? (
            <Change now={kpis.p95_ms} before={previous.p95_ms} better="down" text={duration} />
          ) : (
            "whole run, waits included"
          )
        }
      />
      <KpiTile
        label="Last error"
        value={kpis.last_error ? "" : "none"}
        to={kpis.last_error ? paths.run(kpis.last_error.run_id) : undefined}
        note={
          kpis.last_error ? (
            <>
              <Text size="sm" lineClamp={2} c="var(--mantine-color-text)">
                {kpis.last_error.message}
              </Text>
              {kpis.last_error.run} · <When time={kpis.last_error.at} />
            </>
          ) : null
        }
      />
    </SimpleGrid>
  );
}

function NeedsYou({ items }: { items: InboxItem[] }) {
  return (
    <section aria-labelledby="needs">
      <Title order={3} id="needs" mb="xs">
        Needs you ({items.length})
      </Title>
      <Card withBorder padding={0} className="needs">
        {items.slice(0, 3).map((item) => (
          <Waiting key={`${item.run_id}:${item.step}`} item={item} />
        ))}
        {items.length > 3 ? (
          <Anchor
            component={Link}
            to={paths.inbox()}
            className="row"
            display="block"
            px="md"
            py={8}
            size="sm"
          >
            All {items.length} that wait
          </Anchor>
        ) : null}
      </Card>
    </section>
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

/** How each recipe did in the window. */
function Recipes({ boards, window }: { boards: RecipeBoard[]; window: string | undefined }) {
  return (
    <Card withBorder>
      <Title order={3} mb="xs">
        Recipes
      </Title>
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {["Recipe", "Runs", "Failed", "Success rate", "p95 duration"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {boards.map((board) => (
              <Table.Tr key={board.slug}>
                <Table.Td>
                  <Anchor component={Link} to={paths.recipe(board.slug)} size="sm">
                    {board.recipe}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <Link to="/runs" search={{ recipe: board.recipe, window }}>
                    {board.runs}
                  </Link>
                </Table.Td>
                <Table.Td>
                  <Link to="/runs" search={{ recipe: board.recipe, status: "failed", window }}>
                    {board.failed}
                  </Link>
                </Table.Td>
                <Table.Td>
                  {percent(board.success_rate)}
                  {board.success_rate_before === null ? null : (
                    <Text size="xs" c="dimmed">
                      before: {percent(board.success_rate_before)}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  {duration(board.p95_ms)}
                  {board.p95_ms_before === null ? null : (
                    <Text size="xs" c="dimmed">
                      before: {duration(board.p95_ms_before)}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Metrics({ metrics }: { metrics: RecipeMetric[] }) {
  return (
    <Card withBorder>
      <Title order={3}>Success metrics</Title>
      <Text size="xs" c="dimmed" mb="xs">
        Over the newest 30 finished runs of each recipe.
      </Text>
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {["Metric", "Recipe", "Latest", "Mean", "Target", "Met", "Trend"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.map((metric) => (
              <Table.Tr key={`${metric.recipe}:${metric.name}`}>
                <Table.Td>{metric.name}</Table.Td>
                <Table.Td>
                  <Link to="/runs" search={{ recipe: metric.recipe }}>
                    {metric.recipe}
                  </Link>
                </Table.Td>
                <Table.Td>
                  {metric.latest?.toFixed(1) ?? "–"} {metric.unit}
                </Table.Td>
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
