// The dashboard for a screen on the wall: large, without anything to press, and it finds its way back by itself.

import { ActionIcon, Box, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useHearing } from "../api/live";
import { dashboard } from "../api/queries";
import type { Dashboard } from "../api/wire";
import { paths } from "../paths";
import { duration, percent } from "../widgets/format";
import { Icon } from "../widgets/Icon";
import { ModeBadge, Status } from "../widgets/Status";
import { Trend } from "../widgets/Trend";
import { When } from "../widgets/When";

const route = getRouteApi("/dashboard/wall");

export function WallPage() {
  const { window } = route.useSearch();
  const board = useQuery({
    ...dashboard(window ?? "24h"),
    // A window moves on also while nothing happens; and whatever ended the last answer, this asks again.
    refetchInterval: 30_000,
    refetchIntervalInBackground: true,
    retry: true,
    retryDelay: 5_000,
  });
  return (
    <Box className="wall" component="main" p="xl">
      <Group justify="space-between" mb="lg">
        <Group>
          <Title order={1} fz={44}>
            AVOps
          </Title>
          <Text fz={24} c="dimmed">
            {window === "all" ? "since the beginning" : `last ${window ?? "24h"}`}
          </Text>
        </Group>
        <Group>
          <Connection failing={board.failureCount > 0} />
          <ActionIcon
            variant="subtle"
            size="lg"
            aria-label="Leave the wallboard"
            renderRoot={(props) => <Link {...props} to={paths.dashboard()} search={{ window }} />}
          >
            <Icon sign="cross" size={20} />
          </ActionIcon>
        </Group>
      </Group>
      {board.data ? <Wall board={board.data} /> : null}
    </Box>
  );
}

function Connection({ failing }: { failing: boolean }) {
  const hearing = useHearing();
  const well = hearing === "live" && !failing;
  return (
    <Text fz={24} role="status" c={well ? "dimmed" : "var(--mantine-color-red-text)"} fw={well ? 400 : 700}>
      {well ? "live" : "no connection: what is shown may be old; trying again"}
    </Text>
  );
}

function Wall({ board }: { board: Dashboard }) {
  const { kpis } = board;
  return (
    <Stack gap="xl">
      <SimpleGrid cols={{ base: 2, md: 5 }} spacing="lg">
        <Figure
          label="Needs a person"
          value={String(board.needs_you.length)}
          alarm={board.needs_you.length > 0}
        />
        <Figure label="Failed" value={String(kpis.failed)} alarm={kpis.failed > 0} />
        <Figure label="Runs" value={String(kpis.runs)} />
        <Figure label="Success rate" value={percent(kpis.success_rate)} />
        <Figure label="p95 duration" value={duration(kpis.p95_ms)} />
      </SimpleGrid>
      {board.needs_you.length > 0 ? (
        <section aria-label="Needs a person">
          {board.needs_you.slice(0, 4).map((item) => (
            <Group
              key={`${item.run_id}:${item.step}`}
              className="wall-row needs"
              justify="space-between"
              px="md"
              py="xs"
            >
              <Text fz={26} fw={600}>
                {item.prompt}
              </Text>
              <Text fz={20} c="dimmed">
                {item.run} · since <When time={item.since} />
              </Text>
            </Group>
          ))}
        </section>
      ) : null}
      <Trend trend={board.trend} bucket={board.bucket} height={220} />
      <section aria-label="Latest runs">
        {board.recent.slice(0, 8).map((run) => (
          <Group key={run.id} className="wall-row" justify="space-between" px="md" py="xs" wrap="nowrap">
            <Group gap="md" wrap="nowrap" style={{ minWidth: 0 }}>
              <Status value={run.status} note={run.waiting_for} size="xl" />
              <ModeBadge mode={run.mode} />
              <Text fz={24} truncate>
                {run.name}
              </Text>
            </Group>
            <Text fz={20} c="dimmed" style={{ flexShrink: 0 }}>
              {duration(run.duration_ms)} · <When time={run.started_at ?? run.accepted_at} />
            </Text>
          </Group>
        ))}
      </section>
    </Stack>
  );
}

function Figure({ label, value, alarm = false }: { label: string; value: string; alarm?: boolean }) {
  return (
    <div className="wall-figure" data-alarm={alarm || undefined}>
      <Text fz={22} c="dimmed">
        {label}
      </Text>
      <Text fz={64} fw={700} lh={1.1}>
        {value}
      </Text>
    </div>
  );
}
