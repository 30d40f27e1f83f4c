// A room, registered or described anew.

import { Button, Group, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client";
import type { Room } from "../api/wire";
import { Refusal } from "../widgets/Refusal";

export function RoomForm({ from, onDone }: { from?: Room; onDone: () => void }) {
  const [id, setId] = useState(from?.id ?? "");
  const [name, setName] = useState(from?.name ?? "");
  const [aliases, setAliases] = useState<string[]>(from?.aliases ?? []);
  const [email, setEmail] = useState(from?.email ?? "");
  const [site, setSite] = useState(from?.site ?? "");
  const [zone, setZone] = useState(from?.time_zone ?? "");
  const [ids, setIds] = useState(written(from?.ids ?? {}));
  const read = idsIn(ids);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = {
        id: id.trim(),
        name: name.trim(),
        aliases,
        email: email.trim() || undefined,
        site: site.trim() || undefined,
        time_zone: zone.trim() || undefined,
        ids: read.ids,
      };
      return from
        ? ask<Room>("PUT", `/api/v1/rooms/${encodeURIComponent(from.id)}`, body)
        : ask<Room>("POST", "/api/v1/rooms", body);
    },
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["rooms"] });
      onDone();
    },
  });
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Id"
          description={from ? "Stays as it is" : "Short, for calls: 204"}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          disabled={from !== undefined}
          data-autofocus
        />
        <TextInput
          label="Name"
          description="As people say it"
          placeholder="Huddle 204"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </SimpleGrid>
      <TagsInput
        label="Also called"
        description="Enter after each"
        value={aliases}
        onChange={setAliases}
        splitChars={[",", ";"]}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <TextInput
          label="E-mail address"
          placeholder="huddle204@corp.example"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label="Site"
          placeholder="HQ"
          value={site}
          onChange={(event) => setSite(event.currentTarget.value)}
        />
        <TextInput
          label="Time zone"
          placeholder="Europe/Paris"
          value={zone}
          onChange={(event) => setZone(event.currentTarget.value)}
        />
      </SimpleGrid>
      <Textarea
        label="What other systems call it"
        description="One a line: tool = id. Without one, a tool is asked by e-mail address or name."
        placeholder="zoom = qMOLddnySIGGVycz8aX_JQ"
        autosize
        minRows={2}
        value={ids}
        onChange={(event) => setIds(event.currentTarget.value)}
        error={read.problem}
      />
      <Refusal error={save.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          disabled={id.trim() === "" || name.trim() === "" || read.problem !== undefined}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {from ? "Save" : "Add room"}
        </Button>
      </Group>
    </Stack>
  );
}

function written(ids: Record<string, string>): string {
  return Object.entries(ids)
    .map(([tool, id]) => `${tool} = ${id}`)
    .join("\n");
}

function idsIn(text: string): { ids: Record<string, string>; problem?: string } {
  const ids: Record<string, string> = {};
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    const at = line.indexOf("=");
    if (at < 0) return { ids, problem: `“${line.trim()}” names no tool: write zoom = ID` };
    ids[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return { ids };
}
