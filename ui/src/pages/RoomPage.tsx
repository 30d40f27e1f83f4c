// One room: what it is called everywhere, its devices, its latest runs.

import { Anchor, Badge, Button, Card, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../api/client";
import { me, room as roomQuery, runs } from "../api/queries";
import type { Device, Room } from "../api/wire";
import { DeviceForm } from "../forms/DeviceForm";
import { RoomForm } from "../forms/RoomForm";
import { paths } from "../paths";
import { Refusal } from "../widgets/Refusal";
import { RunsTable } from "../widgets/RunsTable";

const route = getRouteApi("/rooms/$room");

export function RoomPage() {
  const { room: id } = route.useParams();
  const { world } = route.useSearch();
  const found = useQuery(roomQuery(id, world));
  return (
    <Stack maw={1100}>
      <Anchor renderRoot={(props) => <Link {...props} to="/rooms" search={{ world }} />}>
        Rooms and devices
      </Anchor>
      <Refusal error={found.error} />
      {found.data ? <Details room={found.data} /> : null}
    </Stack>
  );
}

function Details({ room }: { room: Room }) {
  const mayManage = useQuery(me).data?.permissions.includes("manage_tools") ?? false;
  const mayChange = mayManage && room.world === "live";
  const latest = useQuery(runs(`room=${encodeURIComponent(room.id)}&limit=10`));
  const [editing, edit] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap="sm">
            <Title order={1}>{room.name}</Title>
            {room.world === "mock" ? (
              <Badge variant="light" color="grape" tt="none">
                simulated
              </Badge>
            ) : null}
          </Group>
          <Text c="dimmed">{[room.site, room.time_zone].filter(Boolean).join(" · ")}</Text>
        </div>
        {mayChange ? (
          <Group gap="xs">
            <Button variant="default" onClick={edit.open}>
              Edit
            </Button>
            <Button variant="subtle" color="red" onClick={removal.open}>
              Remove
            </Button>
          </Group>
        ) : null}
        {room.world === "mock" ? (
          <Anchor component={Link} to={paths.campus()} size="sm">
            Switch faults
          </Anchor>
        ) : null}
      </Group>
      <Card withBorder component="section" aria-label="What it is called">
        <Names room={room} />
      </Card>
      <Devices room={room} mayChange={mayChange} />
      <Card withBorder component="section" aria-label="Latest runs">
        <Title order={2} size="h4" mb="xs">
          Latest runs
        </Title>
        <Refusal error={latest.error} />
        {latest.data?.items.length === 0 ? (
          <Text size="sm" c="dimmed">
            No run has this room among its inputs.
          </Text>
        ) : null}
        {latest.data?.items.length ? <RunsTable runs={latest.data.items} /> : null}
      </Card>
      <Modal opened={editing} onClose={edit.close} title={`Edit ${room.name}`} size="lg">
        {editing ? <RoomForm from={room} onDone={edit.close} /> : null}
      </Modal>
      <Modal opened={removing} onClose={removal.close} title={`Remove ${room.name}?`}>
        <Remove room={room} onClose={removal.close} />
      </Modal>
    </>
  );
}

function Names({ room }: { room: Room }) {
  const facts: [string, string | null | undefined][] = [
    ["Id", room.id],
    ["Also called", room.aliases?.join(", ")],
    ["E-mail", room.email],
    ...Object.entries(room.ids ?? {}).map(([tool, id]): [string, string] => [`In ${tool}`, id]),
  ];
  return (
    <Table withRowBorders={false} verticalSpacing={2}>
      <Table.Tbody>
        {facts.map(([name, value]) =>
          value ? (
            <Table.Tr key={name}>
              <Table.Th w={140}>{name}</Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
            </Table.Tr>
          ) : null,
        )}
      </Table.Tbody>
    </Table>
  );
}

function Devices({ room, mayChange }: { room: Room; mayChange: boolean }) {
  const [open, setOpen] = useState<Device | "new">();
  return (
    <Card withBorder component="section" aria-label="Devices">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Devices
        </Title>
        {mayChange ? (
          <Button size="xs" variant="default" onClick={() => setOpen("new")}>
            Add device
          </Button>
        ) : null}
      </Group>
      {room.devices.length === 0 ? (
        <Text size="sm" c="dimmed">
          No devices are registered in it.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Device</Table.Th>
                <Table.Th>Id</Table.Th>
                <Table.Th>Tool</Table.Th>
                <Table.Th>Address</Table.Th>
                {mayChange ? <Table.Th /> : null}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {room.devices.map((device) => (
                <Table.Tr key={device.id}>
                  <Table.Td>
                    {device.name}
                    {device.model ? (
                      <Text size="xs" c="dimmed">
                        {device.model}
                      </Text>
                    ) : null}
                  </Table.Td>
                  <Table.Td ff="monospace" fz="sm">
                    {device.id}
                  </Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={paths.tool(device.tool)} size="sm">
                      {device.tool}
                    </Anchor>
                  </Table.Td>
                  <Table.Td ff="monospace" fz="sm">
                    {device.host}
                    {device.port ? `:${device.port}` : ""}
                  </Table.Td>
                  {mayChange ? (
                    <Table.Td>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`Edit ${device.name}`}
                        onClick={() => setOpen(device)}
                      >
                        Edit
                      </Button>
                    </Table.Td>
                  ) : null}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open === "new" ? "Add device" : `Edit ${open?.name}`}
        size="lg"
      >
        {open ? (
          <DeviceForm
            room={room.id}
            from={open === "new" ? undefined : open}
            onDone={() => setOpen(undefined)}
          />
        ) : null}
      </Modal>
    </Card>
  );
}

function Remove({ room, onClose }: { room: Room; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => ask("DELETE", `/api/v1/rooms/${encodeURIComponent(room.id)}`),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["rooms"] });
      navigate({ to: paths.rooms() });
    },
  });
  return (
    <Stack>
      <Text size="sm">Recipes no longer find it by its names. Its runs stay.</Text>
      <Refusal error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove {room.name}
        </Button>
      </Group>
    </Stack>
  );
}
