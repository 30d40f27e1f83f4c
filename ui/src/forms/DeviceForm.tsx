// A device of a room, registered or described anew.

import { Button, Group, NumberInput, Select, SimpleGrid, Stack, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client";
import type { Device } from "../api/wire";
import { Refusal } from "../widgets/Refusal";

/** The tools that speak to devices, with the port of each. */
const TOOLS = [
  { value: "pjlink", label: "pjlink – projectors and displays (4352)" },
  { value: "qsys_control", label: "qsys_control – Q-SYS cores (1710)" },
  { value: "extron_control", label: "extron_control – Extron switchers (23)" },
];

export function DeviceForm({ room, from, onDone }: { room: string; from?: Device; onDone: () => void }) {
  const [id, setId] = useState(from?.id ?? "");
  const [name, setName] = useState(from?.name ?? "");
  const [aliases, setAliases] = useState<string[]>(from?.aliases ?? []);
  const [tool, setTool] = useState<string | null>(from?.tool ?? null);
  const [host, setHost] = useState(from?.host ?? "");
  const [port, setPort] = useState<number | string>(from?.port ?? "");
  const [model, setModel] = useState(from?.model ?? "");
  const queries = useQueryClient();
  const done = () => {
    queries.invalidateQueries({ queryKey: ["rooms"] });
    onDone();
  };
  const address = `/api/v1/devices/${encodeURIComponent(from?.id ?? "")}`;
  const save = useMutation({
    mutationFn: () => {
      const body = {
        id: id.trim(),
        name: name.trim(),
        aliases,
        room,
        tool,
        host: host.trim(),
        port: typeof port === "number" ? port : undefined,
        model: model.trim() || undefined,
      };
      return from ? ask<Device>("PUT", address, body) : ask<Device>("POST", "/api/v1/devices", body);
    },
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => ask("DELETE", address), onSuccess: done });
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Id"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          disabled={from !== undefined}
          data-autofocus
        />
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </SimpleGrid>
      <TagsInput label="Also called" value={aliases} onChange={setAliases} splitChars={[",", ";"]} />
      <Select label="Tool that speaks to it" data={TOOLS} value={tool} onChange={setTool} />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <TextInput
          label="Host"
          placeholder="10.20.4.17"
          value={host}
          onChange={(event) => setHost(event.currentTarget.value)}
        />
        <NumberInput
          label="Port"
          placeholder="the protocol's own"
          min={1}
          max={65535}
          value={port}
          onChange={setPort}
        />
        <TextInput
          label="Maker and model"
          value={model}
          onChange={(event) => setModel(event.currentTarget.value)}
        />
      </SimpleGrid>
      <Refusal error={save.error ?? remove.error} />
      <Group justify="space-between">
        {from ? (
          <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            Remove {from.name}
          </Button>
        ) : (
          <span />
        )}
        <Group>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            disabled={[id, name, host].some((text) => text.trim() === "") || tool === null}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {from ? "Save" : "Add device"}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
