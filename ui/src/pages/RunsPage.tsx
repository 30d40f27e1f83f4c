import { Button, Card, Group, MultiSelect, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { get } from "../api/client";
import { agents, recipes } from "../api/queries";
import type { Page, RunSummary } from "../api/wire";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { Refusal } from "../widgets/Refusal";
import { RunsTable } from "../widgets/RunsTable";

const route = getRouteApi("/runs");
const STATUSES = ["queued", "running", "waiting", "success", "unproven", "failed", "cancelled"];
const HOURS: Record<string, number> = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24 };
const WINDOWS = [
  { value: "24h", label: "last 24 hours" },
  { value: "7d", label: "last 7 days" },
  { value: "30d", label: "last 30 days" },
];
const TRIGGERS = ["manual", "api", "cli", "recipe"];

/** Every run, found by filters that live in the address and are applied by the server. */
export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>) =>
    navigate({ search: { ...search, ...change }, replace: true });
  const setText = useDebouncedCallback((q: string) => set({ q: q || undefined }), 300);
  const filtered = Object.values(search).some((value) => value !== undefined);
  const list = useInfiniteQuery({
    queryKey: ["runs", "list", search],
    queryFn: ({ pageParam }) => get<Page<RunSummary>>(`/api/v1/runs?${question(search, pageParam)}`),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  const agentNames = useQuery(agents).data?.items.map((agent) => agent.name) ?? [];
  const recipeNames = useQuery(recipes).data?.items.map((recipe) => recipe.name) ?? [];
  return (
    <Stack>
      <div>
        <Title order={1}>Run Details</Title>
        <Text c="dimmed">Open a run to see its steps, what went in and out, and what it left behind.</Text>
      </div>
      <Group align="end" gap="sm">
        <TextInput
          label="Text"
          placeholder="name, agent, error"
          defaultValue={search.q}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <MultiSelect
          label="Status"
          data={STATUSES}
          value={search.status?.split(",") ?? []}
          onChange={(chosen) => set({ status: chosen.join(",") || undefined })}
          miw={180}
          clearable
        />
        <Select
          label="Agent"
          data={agentNames}
          value={search.agent ?? null}
          onChange={(agent) => set({ agent: agent ?? undefined })}
          clearable
          searchable
        />
        <Select
          label="Recipe"
          data={recipeNames}
          value={search.recipe ?? null}
          onChange={(recipe) => set({ recipe: recipe ?? undefined })}
          clearable
          searchable
        />
        <Select
          label="Trigger"
          data={TRIGGERS}
          value={search.trigger ?? null}
          onChange={(trigger) => set({ trigger: trigger ?? undefined })}
          clearable
          w={120}
        />
        <Select
          label="Time"
          data={WINDOWS}
          value={search.window ?? null}
          onChange={(window) => set({ window: window ?? undefined })}
          placeholder="always"
          clearable
          w={160}
        />
      </Group>
      <Refusal error={list.error} />
      <Card withBorder>
        {list.data && found.length === 0 ? (
          <Empty
            title="No runs"
            why={filtered ? "No run fits these filters." : "Runs appear here as they happen."}
          >
            {filtered ? (
              <Button variant="default" onClick={() => navigate({ search: {} })}>
                Clear the filters
              </Button>
            ) : (
              <Button component={Link} to={paths.setup()} variant="default">
                Try one
              </Button>
            )}
          </Empty>
        ) : (
          <RunsTable runs={found} />
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
    </Stack>
  );
}

/** The filters as the server knows them. */
function question({ window, ...filters }: Record<string, string | undefined>, cursor: string): string {
  const query = new URLSearchParams({ limit: "50" });
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  const hours = HOURS[window ?? ""];
  if (hours) query.set("since", new Date(Date.now() - hours * 3_600_000).toISOString());
  if (cursor) query.set("cursor", cursor);
  return query.toString();
}
