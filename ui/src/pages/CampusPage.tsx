// The simulated campus: how each room, device and vendor is, and the faults that can be switched.

import {
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask, post } from "../api/client";
import { campus as campusQuery, me } from "../api/queries";
import type { Campus, CampusThing } from "../api/wire";
import { paths } from "../paths";
import { Refusal } from "../widgets/Refusal";

const GROUPS = [
  { befalls: "room", title: "Rooms", why: "As Zoom sees them." },
  { befalls: "device", title: "Devices", why: "Each on a line of its own." },
  { befalls: "vendor", title: "Vendors", why: "Every request to one of them." },
] as const;

export function CampusPage() {
  const found = useQuery(campusQuery);
  const maySwitch = useQuery(me).data?.permissions.includes("simulate") ?? false;
  const queries = useQueryClient();
  const mend = useMutation({
    mutationFn: () => ask<Campus>("DELETE", "/api/v1/campus/faults"),
    onSuccess: (state) => queries.setQueryData(campusQuery.queryKey, state),
  });
  const campus = found.data;
  const broken = campus?.things.filter((thing) => thing.faults.some((fault) => fault.on)) ?? [];
  const open = maySwitch && (campus?.in_use ?? false);
  return (
    <Stack>
      <Anchor component={Link} to={paths.tools()}>
        MCP Tools
      </Anchor>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>Simulated campus</Title>
          <Text c="dimmed">
            What mock mode talks to. Let something go wrong, then see what a recipe does.
          </Text>
        </div>
        <Button
          variant="default"
          disabled={!open || broken.length === 0}
          loading={mend.isPending}
          onClick={() => mend.mutate()}
        >
          Mend everything
        </Button>
      </Group>
      <Refusal error={found.error ?? mend.error} />
      {campus && !campus.in_use ? (
        <Alert color="blue" title="The workspace is live">
          Calls reach real systems, so faults cannot be switched. Turn mock mode on in{" "}
          <Anchor component={Link} to={paths.settings()}>
            Settings
          </Anchor>{" "}
          first.
        </Alert>
      ) : null}
      {campus ? (
        <Text size="sm" role="status">
          {broken.length === 0
            ? "Everything works."
            : `Something is wrong with ${broken.map((thing) => thing.name).join(", ")}.`}
        </Text>
      ) : null}
      {GROUPS.map(({ befalls, title, why }) => (
        <section key={befalls} aria-label={title}>
          <Title order={2} size="h4">
            {title}
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {why}
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {campus?.things
              .filter((thing) => thing.befalls === befalls)
              .map((thing) => (
                <Thing key={thing.id} thing={thing} open={open} />
              ))}
          </SimpleGrid>
        </section>
      ))}
    </Stack>
  );
}

function Thing({ thing, open }: { thing: CampusThing; open: boolean }) {
  const queries = useQueryClient();
  const flip = useMutation({
    mutationFn: (change: { fault: string; on: boolean }) =>
      post<Campus>("/api/v1/campus/faults", { befalls: thing.befalls, id: thing.id, ...change }),
    onSuccess: (state) => queries.setQueryData(campusQuery.queryKey, state),
  });
  const wrong = thing.faults.filter((fault) => fault.on).length;
  return (
    <Card withBorder component="article" aria-label={thing.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={600}>{thing.name}</Text>
          {thing.name === thing.id ? null : (
            <Text size="xs" c="dimmed" ff="monospace">
              {thing.id}
            </Text>
          )}
        </div>
        {wrong > 0 ? (
          <Badge color="red" variant="light" tt="none">
            {wrong === 1 ? "1 fault" : `${wrong} faults`}
          </Badge>
        ) : null}
      </Group>
      {thing.state ? (
        <Text size="sm" my={4}>
          {thing.state}
        </Text>
      ) : null}
      <Stack gap={6} mt="xs">
        {thing.faults.map((fault) => (
          <Switch
            key={fault.fault}
            size="xs"
            label={fault.title}
            checked={fault.on}
            disabled={!open || flip.isPending}
            onChange={(event) => flip.mutate({ fault: fault.fault, on: event.currentTarget.checked })}
          />
        ))}
      </Stack>
      <Refusal error={flip.error} />
    </Card>
  );
}
