// Days on which runs change nothing: freezes, holidays, the week of an event.

import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  Paper,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { all, ask } from "../api/client";
import type { Calendar } from "../api/wire";
import { Refusal } from "../widgets/Refusal";

const CLOSES = [
  { value: "destructive", label: "calls that interrupt people or cannot be put back" },
  { value: "changes", label: "every call that changes something" },
] as const;
const APPLIES = [
  { value: "every_recipe", label: "every recipe that does not say “calendars: none”" },
  { value: "named", label: "recipes that name it under guardrails" },
] as const;

const calendars = { queryKey: ["calendars"], queryFn: () => all<Calendar>("/api/v1/calendars") };

/** Lists calendars, and has them written. */
export function Calendars({ mayChange }: { mayChange: boolean }) {
  const queries = useQueryClient();
  const found = useQuery(calendars);
  const [edited, edit] = useState<Calendar>();
  const after = async () => {
    await Promise.all(["calendars", "audit"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
    edit(undefined);
  };
  const remove = useMutation({
    mutationFn: (name: string) => ask<void>("DELETE", `/api/v1/calendars/${encodeURIComponent(name)}`),
    onSuccess: after,
  });
  const items = found.data?.items ?? [];
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        On these days a run waits before it changes something, and goes on when they are over. A window of
        maintenance in a recipe holds beside them.
      </Text>
      <Refusal error={found.error ?? remove.error} />
      {items.map((calendar) => (
        <Paper key={calendar.name} withBorder p="xs">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <div>
              <Group gap={6}>
                <Text fw={600}>{calendar.name}</Text>
                <Badge variant="light" tt="none">
                  {calendar.closes === "changes" ? "no changes" : "nothing disruptive"}
                </Badge>
                {calendar.applies === "named" ? (
                  <Badge variant="outline" tt="none">
                    only where named
                  </Badge>
                ) : null}
              </Group>
              <Text size="sm" c="dimmed">
                {calendar.sites?.length ? `sites: ${calendar.sites.join(", ")}` : "all sites"} ·{" "}
                {calendar.time_zone ?? "time zone of the room"}
              </Text>
              {(calendar.days ?? []).map((days) => (
                <Text key={`${days.from} ${days.name}`} size="sm">
                  {days.from === days.to ? days.from : `${days.from} – ${days.to}`} {days.name}
                </Text>
              ))}
            </div>
            {mayChange ? (
              <Group gap={6} wrap="nowrap">
                <Button size="compact-sm" variant="default" onClick={() => edit(calendar)}>
                  Edit
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  loading={remove.isPending && remove.variables === calendar.name}
                  onClick={() => remove.mutate(calendar.name)}
                >
                  Remove {calendar.name}
                </Button>
              </Group>
            ) : null}
          </Group>
        </Paper>
      ))}
      {found.data && items.length === 0 ? (
        <Text size="sm">There are none: runs may change things on every day.</Text>
      ) : null}
      {mayChange ? (
        <Button variant="default" style={{ alignSelf: "start" }} onClick={() => edit(EMPTY)}>
          Add calendar
        </Button>
      ) : null}
      <Modal
        opened={edited !== undefined}
        onClose={() => edit(undefined)}
        title={edited === EMPTY ? "Add calendar" : "Edit calendar"}
        size="lg"
      >
        {edited ? <CalendarForm calendar={edited} isNew={edited === EMPTY} onSaved={after} /> : null}
      </Modal>
    </Stack>
  );
}

const EMPTY: Calendar = {
  name: "",
  closes: "destructive",
  applies: "every_recipe",
  days: [{ name: "", from: "", to: "" }],
};

function CalendarForm({
  calendar,
  isNew,
  onSaved,
}: {
  calendar: Calendar;
  isNew: boolean;
  onSaved: () => Promise<void>;
}) {
  const [draft, setDraft] = useState(calendar);
  const set = (change: Partial<Calendar>) => setDraft({ ...draft, ...change });
  const save = useMutation({
    mutationFn: () => ask<Calendar>("PUT", "/api/v1/calendars", draft),
    onSuccess: onSaved,
  });
  const days = draft.days ?? [];
  const setDay = (at: number, change: Partial<(typeof days)[number]>) =>
    set({ days: days.map((day, i) => (i === at ? { ...day, ...change } : day)) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="Holidays"
          required
          readOnly={!isNew}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label="On its days, runs do not make"
          data={CLOSES}
          value={draft.closes ?? "destructive"}
          allowDeselect={false}
          onChange={(value) => set({ closes: CLOSES.find((one) => one.value === value)?.value })}
        />
        <Select
          label="It holds for"
          data={APPLIES}
          value={draft.applies ?? "every_recipe"}
          allowDeselect={false}
          onChange={(value) => set({ applies: APPLIES.find((one) => one.value === value)?.value })}
        />
        <Group grow align="flex-start">
          <TagsInput
            label="Sites"
            placeholder="all"
            value={draft.sites ?? []}
            onChange={(sites) => set({ sites })}
          />
          <TextInput
            label="Time zone"
            placeholder="that of the room"
            value={draft.time_zone ?? ""}
            onChange={(event) => set({ time_zone: event.currentTarget.value.trim() || undefined })}
          />
        </Group>
        {days.map((day, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: days have nothing else that stays while they are written
          <Group key={at} gap="xs" align="flex-end" wrap="wrap">
            <TextInput
              label="From"
              type="date"
              required
              value={day.from}
              onChange={(event) => {
                const from = event.currentTarget.value;
                setDay(at, day.to < from ? { from, to: from } : { from });
              }}
            />
            <TextInput
              label="To"
              type="date"
              required
              value={day.to}
              onChange={(event) => setDay(at, { to: event.currentTarget.value })}
            />
            <TextInput
              label="Why"
              placeholder="Labour Day"
              required
              flex={1}
              miw={160}
              value={day.name}
              onChange={(event) => setDay(at, { name: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              size="lg"
              aria-label={`Remove ${day.name || "these days"}`}
              onClick={() => set({ days: days.filter((_, i) => i !== at) })}
            >
              ✕
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: "start" }}
          onClick={() => set({ days: [...days, { name: "", from: "", to: "" }] })}
        >
          Add days
        </Button>
        <Refusal error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            Save calendar
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
