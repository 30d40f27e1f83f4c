import { Button, Card, Checkbox, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { useHotkeys, useLocalStorage } from "@mantine/hooks";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { get } from "../api/client";
import type { Page, RunSummary } from "../api/wire";
import { BulkRuns } from "../forms/BulkRuns";
import { RunFilters } from "../forms/RunFilters";
import { SavedViews } from "../forms/SavedViews";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { Refusal, toastError } from "../widgets/Refusal";
import { COLUMNS, type Column, EVERY_COLUMN, RunsTable, USUAL_COLUMNS } from "../widgets/RunsTable";
import { download, runsCsv } from "../widgets/runsCsv";
import { isFiltered, question, type RunSearch } from "./runsSearch";

const route = getRouteApi("/runs");
/** So many runs can be told one thing at once. */
const MOST_CHOSEN = 200;

/** Every run, found by filters that live in the address and are applied by the server. */
export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: RunSearch) => navigate({ search: next, replace: true });
  const set = (change: Partial<RunSearch>) => show({ ...search, ...change });
  const [columns, setColumns] = useLocalStorage<Column[]>({
    key: "avops-run-columns",
    defaultValue: USUAL_COLUMNS,
  });
  const list = useInfiniteQuery({
    queryKey: ["runs", "list", search],
    queryFn: ({ pageParam }) =>
      get<Page<RunSummary>>(`/api/v1/runs?${question(search, Date.now(), 50, pageParam)}`),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  const choice = useChoice(found, (run) => navigate({ to: paths.run(run) }));
  return (
    <Stack>
      <Group justify="space-between" align="end">
        <div>
          <Title order={1}>Run Details</Title>
          <Text c="dimmed">Open a run to see its steps, what went in and out, and what it left behind.</Text>
        </div>
        <Group gap="xs">
          <SavedViews search={search} show={show} />
          <ColumnChoice columns={columns} setColumns={setColumns} />
          <CsvButton search={search} />
        </Group>
      </Group>
      <RunFilters search={search} set={set} />
      <Refusal error={list.error} />
      {choice.runs.length > 0 ? <BulkRuns runs={choice.runs} clear={choice.clear} /> : null}
      <Card withBorder>
        {list.data && found.length === 0 ? (
          <NoRuns filtered={isFiltered(search)} clear={() => show({})} />
        ) : (
          <RunsTable
            runs={found}
            columns={columns}
            sort={search.sort}
            onSort={(sort) => set({ sort: sort === "-accepted_at" ? undefined : sort })}
            choice={choice}
          />
        )}
        {list.hasNextPage ? (
          <Button
            variant="default"
            mt="sm"
            loading={list.isFetchingNextPage}
            onClick={() => list.fetchNextPage()}
          >
            Load more
          </Button>
        ) : null}
      </Card>
      <Text size="xs" c="dimmed" visibleFrom="sm">
        Keys: j and k go down and up, Enter opens, x chooses.
      </Text>
    </Stack>
  );
}

/** The chosen rows and the row that has the keyboard: `j` and `k` move, `x` chooses, Enter opens. */
function useChoice(found: RunSummary[], open: (run: string) => void) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<string>();
  const move = (by: number) => {
    const here = found.findIndex((run) => run.id === at);
    const next = found[Math.min(Math.max(here + by, 0), found.length - 1)];
    if (!next) return;
    setAt(next.id);
    document.getElementById(`run-${next.id}`)?.scrollIntoView({ block: "nearest" });
  };
  const toggle = (run: string) => {
    const next = new Set(chosen);
    if (!next.delete(run) && next.size < MOST_CHOSEN) next.add(run);
    setChosen(next);
  };
  useHotkeys([
    ["j", () => move(1)],
    ["k", () => move(-1)],
    ["x", () => at && toggle(at)],
    // Enter on a link or button is that link's or button's.
    [
      "enter",
      () => {
        if (at && (document.activeElement === document.body || document.activeElement === null)) open(at);
      },
      { preventDefault: false },
    ],
  ]);
  const runs = found.filter((run) => chosen.has(run.id));
  return {
    chosen,
    at,
    runs,
    toggle,
    toggleAll: () =>
      setChosen(
        runs.length === found.length ? new Set() : new Set(found.slice(0, MOST_CHOSEN).map((run) => run.id)),
      ),
    clear: () => setChosen(new Set()),
  };
}

function ColumnChoice({
  columns,
  setColumns,
}: {
  columns: Column[];
  setColumns: (columns: Column[]) => void;
}) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" size="xs">
          Columns
        </Button>
      </Menu.Target>
      <Menu.Dropdown p="sm">
        <Stack gap={6}>
          {EVERY_COLUMN.map((column) => (
            <Checkbox
              key={column}
              size="xs"
              label={COLUMNS[column].label}
              checked={columns.includes(column)}
              disabled={column === "name"}
              onChange={(event) => {
                const kept = new Set(columns);
                if (event.currentTarget.checked) kept.add(column);
                else kept.delete(column);
                setColumns(EVERY_COLUMN.filter((column) => kept.has(column)));
              }}
            />
          ))}
        </Stack>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Everything that the filters let through as a file, and not only what is listed so far. */
function CsvButton({ search }: { search: RunSearch }) {
  const [read, setRead] = useState(0);
  const csv = useMutation({
    mutationFn: async () => {
      const runs: RunSummary[] = [];
      const now = Date.now();
      let cursor: string | undefined;
      do {
        const bite = await get<Page<RunSummary>>(`/api/v1/runs?${question(search, now, 500, cursor)}`);
        runs.push(...bite.items);
        setRead(runs.length);
        cursor = bite.next ?? undefined;
      } while (cursor);
      download(`runs-${new Date(now).toISOString().slice(0, 10)}.csv`, runsCsv(runs));
    },
    onError: toastError,
  });
  return (
    <Button variant="default" size="xs" onClick={() => csv.mutate()} disabled={csv.isPending}>
      {csv.isPending ? `${read} read …` : "CSV"}
    </Button>
  );
}

function NoRuns({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  return (
    <Empty title="No runs" why={filtered ? "No run fits these filters." : "Runs appear here as they happen."}>
      {filtered ? (
        <Button variant="default" onClick={clear}>
          Clear the filters
        </Button>
      ) : (
        <Button component={Link} to={paths.setup()} variant="default">
          Try one
        </Button>
      )}
    </Empty>
  );
}
