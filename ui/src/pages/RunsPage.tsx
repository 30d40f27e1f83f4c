import { Button, Card, Group, MultiSelect, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { get } from "../api/client";
import { agents, recipes } from "../api/queries";
import type { Page, RunSummary } from "../api/types";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { Refusal } from "../widgets/Refusal";
import { RunsTable } from "../widgets/RunsTable";

const route = getRouteApi("/runs");
const STATUSES = ["queued", "running", "waiting", "success", "unproven", "failed", "cancelled"];
const TRIGGERS = ["manual", "api", "cli", "recipe"];

/** Every run, found by filters that live in the address and are applied by the server. */
export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>) =>
    navigate({ search: { ...search, ...change }, replace: true });
  const setText = useDebouncedCallback((q: string) => set({ q: q || undefined }), 300);
  const query = new URLSearchParams(
    Object.entries(search).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  ).toString();
  const list = useInfiniteQuery({
    queryKey: ["runs", "list", query],
    queryFn: ({ pageParam }) =>
      get<Page<RunSummary>>(
        `/api/v1/runs?limit=50&${query}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ""}`,
      ),
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
      </Group>
      <Refusal error={list.error} />
      <Card withBorder>
        {list.data && found.length === 0 ? (
          <Empty
            title="No runs"
            why={query ? "No run fits these filters." : "Runs appear here as they happen."}
          >
            {query ? (
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
