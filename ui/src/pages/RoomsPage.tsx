// Rooms and devices: found by text and site, registered one by one or from a file.

import {
  Anchor,
  Button,
  Group,
  Menu,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { get } from "../api/client";
import { me, rooms } from "../api/queries";
import type { PlacesExport, Room, RoomWorld } from "../api/wire";
import { ImportPlaces } from "../forms/ImportPlaces";
import { RoomForm } from "../forms/RoomForm";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { Refusal } from "../widgets/Refusal";
import { download } from "../widgets/runsCsv";

const route = getRouteApi("/rooms");

/** So many rows are shown at once; who has more finds them by text. */
const SHOWN = 200;

export function RoomsPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const who = useQuery(me).data;
  const world: RoomWorld = search.world ?? (who?.mock ? "mock" : "live");
  const list = useQuery({ ...rooms(world), enabled: who !== undefined });
  const mayManage = who?.permissions.includes("manage_tools") ?? false;
  const [adding, addDialog] = useDisclosure(false);
  const [importing, importDialog] = useDisclosure(false);
  const change = (part: Partial<typeof search>) =>
    navigate({ to: "/rooms", search: { ...search, ...part }, replace: true });
  const all = list.data?.items ?? [];
  const sites = [...new Set(all.flatMap((room) => (room.site ? [room.site] : [])))].sort();
  const words = (search.q ?? "").trim().toLowerCase();
  const found = all.filter((room) => (!search.site || room.site === search.site) && says(room, words));
  return (
    <Stack>
      <Anchor component={Link} to={paths.tools()}>
        MCP Tools
      </Anchor>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>Rooms and devices</Title>
          <Text c="dimmed">
            What recipes find by id, name, alias or e-mail address, and where each device is reached.
          </Text>
        </div>
        <Group gap="sm">
          <ExportMenu world={world} />
          {mayManage ? (
            <>
              <Button variant="default" onClick={importDialog.open}>
                Import
              </Button>
              <Button onClick={addDialog.open}>Add room</Button>
            </>
          ) : null}
        </Group>
      </Group>
      <Group gap="sm">
        <SegmentedControl
          aria-label="Whose rooms"
          data={[
            { value: "live", label: "Registered" },
            { value: "mock", label: "Simulated campus" },
          ]}
          value={world}
          onChange={(chosen) => change({ world: chosen === "mock" ? "mock" : "live", site: undefined })}
        />
        <TextInput
          aria-label="Find a room"
          placeholder="Find by name, alias, e-mail or device"
          w={{ base: "100%", xs: 320 }}
          value={search.q ?? ""}
          onChange={(event) => change({ q: event.currentTarget.value || undefined })}
        />
        {sites.length > 0 ? (
          <Select
            aria-label="Site"
            placeholder="all sites"
            data={sites}
            value={search.site ?? null}
            onChange={(site) => change({ site: site ?? undefined })}
            clearable
            w={160}
          />
        ) : null}
        {world === "mock" && who?.mock ? (
          <Anchor component={Link} to={paths.campus()} size="sm">
            Switch faults
          </Anchor>
        ) : null}
      </Group>
      <Refusal error={list.error} />
      {list.isSuccess && all.length === 0 ? (
        <Empty
          title="No rooms are registered"
          why={
            who?.mock
              ? "In mock mode recipes find the rooms of the simulated campus. Register your own before you go live."
              : "Recipes find a room by whatever people call it, once it is registered."
          }
        >
          {mayManage ? <Button onClick={importDialog.open}>Import a file</Button> : null}
        </Empty>
      ) : null}
      {all.length > 0 ? (
        <Text size="sm" role="status">
          {found.length === all.length ? `${all.length} rooms` : `${found.length} of ${all.length} rooms`}
          {found.length > SHOWN ? `, the first ${SHOWN} are shown` : ""}
        </Text>
      ) : null}
      {found.length > 0 ? <RoomsTable rooms={found.slice(0, SHOWN)} world={world} /> : null}
      <Modal opened={adding} onClose={addDialog.close} title="Add room" size="lg">
        {adding ? <RoomForm onDone={addDialog.close} /> : null}
      </Modal>
      <Modal opened={importing} onClose={importDialog.close} title="Import rooms and devices" size="xl">
        {importing ? <ImportPlaces onDone={importDialog.close} /> : null}
      </Modal>
    </Stack>
  );
}

function RoomsTable({ rooms, world }: { rooms: Room[]; world: RoomWorld }) {
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Room</Table.Th>
            <Table.Th>Id</Table.Th>
            <Table.Th>Site</Table.Th>
            <Table.Th>E-mail</Table.Th>
            <Table.Th>Devices</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rooms.map((room) => (
            <Table.Tr key={room.id}>
              <Table.Td>
                <Anchor
                  renderRoot={(props) => (
                    <Link {...props} to="/rooms/$room" params={{ room: room.id }} search={{ world }} />
                  )}
                >
                  {room.name}
                </Anchor>
                {room.aliases?.length ? (
                  <Text size="xs" c="dimmed">
                    {room.aliases.join(", ")}
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td ff="monospace" fz="sm">
                {room.id}
              </Table.Td>
              <Table.Td>{room.site}</Table.Td>
              <Table.Td>{room.email}</Table.Td>
              <Table.Td>{room.devices.map((device) => device.name).join(", ")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ExportMenu({ world }: { world: RoomWorld }) {
  const out = useMutation({
    mutationFn: (format: "yaml" | "csv") =>
      get<PlacesExport>(`/api/v1/directory/export?format=${format}&world=${world}`),
    onSuccess: (file) => download(`rooms.${file.format}`, file.text),
  });
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" loading={out.isPending}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => out.mutate("yaml")}>YAML</Menu.Item>
          <Menu.Item onClick={() => out.mutate("csv")}>CSV, for spreadsheets</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Refusal error={out.error} />
    </>
  );
}

function says(room: Room, words: string): boolean {
  const devices = room.devices.flatMap((device) => [device.id, device.name, ...(device.aliases ?? [])]);
  const own = [room.id, room.name, room.email, room.site, ...(room.aliases ?? [])];
  return [...own, ...devices].some((text) => text?.toLowerCase().includes(words));
}
