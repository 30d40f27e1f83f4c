import { Badge, CloseButton, Group, MultiSelect, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { agents, recipes } from "../api/queries";
import type { RunSearch } from "../pages/runsSearch";

const STATUSES = ["queued", "running", "waiting", "success", "unproven", "failed", "cancelled"];
const WINDOWS = [
  { value: "1h", label: "last hour" },
  { value: "24h", label: "last 24 hours" },
  { value: "7d", label: "last 7 days" },
  { value: "30d", label: "last 30 days" },
];
const TRIGGERS = ["manual", "api", "cli", "chat", "interval", "schedule", "event", "mcp", "recipe"];

/** The filters of the runs page. They live in the address; whoever gets the address sees the same runs. */
export function RunFilters({
  search,
  set,
}: {
  search: RunSearch;
  set: (change: Partial<RunSearch>) => void;
}) {
  const setText = useDebouncedCallback((q: string) => set({ q: q || undefined }), 300);
  const agentNames = useQuery(agents).data?.items.map((agent) => agent.name) ?? [];
  const recipeNames = useQuery(recipes).data?.items.map((recipe) => recipe.name) ?? [];
  const select = (
    name: "agent" | "recipe" | "trigger" | "mode",
    label: string,
    data: string[],
    w: number,
  ) => (
    <Select
      label={label}
      data={data}
      value={search[name] ?? null}
      onChange={(chosen) => set({ [name]: chosen ?? undefined })}
      w={w}
      clearable
      searchable={data.length > 6}
    />
  );
  return (
    <Group align="end" gap="sm">
      <TextInput
        key={search.q ?? ""}
        label="Text"
        placeholder="name, agent, error"
        defaultValue={search.q}
        onChange={(event) => setText(event.currentTarget.value)}
        w={170}
      />
      <MultiSelect
        label="Status"
        data={STATUSES}
        value={search.status?.split(",") ?? []}
        onChange={(chosen) => set({ status: chosen.join(",") || undefined })}
        miw={150}
        clearable
      />
      {select("recipe", "Recipe", recipeNames, 200)}
      {select("agent", "Agent", agentNames, 140)}
      {search.recipe ? (
        <Words
          label="Version"
          placeholder="any"
          value={search.version}
          w={80}
          set={(version) => set({ version })}
        />
      ) : null}
      <Words
        label="Room"
        placeholder="name or e-mail"
        value={search.room}
        w={140}
        set={(room) => set({ room })}
      />
      <Words
        label="Asked by"
        placeholder="name"
        value={search.actor}
        w={110}
        set={(actor) => set({ actor })}
      />
      {select("trigger", "Trigger", TRIGGERS, 120)}
      {select("mode", "Mode", ["live", "mock", "dry"], 100)}
      {search.since || search.until ? (
        <Badge
          variant="light"
          size="lg"
          tt="none"
          rightSection={
            <CloseButton
              size="xs"
              aria-label="Any time"
              onClick={() => set({ since: undefined, until: undefined })}
            />
          }
        >
          {span(search.since, search.until)}
        </Badge>
      ) : (
        <Select
          label="Time"
          data={WINDOWS}
          value={search.window ?? null}
          onChange={(window) => set({ window: window ?? undefined })}
          placeholder="always"
          clearable
          w={150}
        />
      )}
    </Group>
  );
}

/** A filter in words; it is asked for with Enter, or when the field is left. */
function Words({
  label,
  placeholder,
  value,
  w,
  set,
}: {
  label: string;
  placeholder: string;
  value: string | undefined;
  w: number;
  set: (value: string | undefined) => void;
}) {
  const done = (field: HTMLInputElement) => {
    const written = field.value.trim() || undefined;
    if (written !== value) set(written);
  };
  return (
    <TextInput
      key={value ?? ""}
      label={label}
      placeholder={placeholder}
      defaultValue={value}
      w={w}
      onBlur={(event) => done(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key === "Enter") done(event.currentTarget);
      }}
    />
  );
}

function span(since: string | undefined, until: string | undefined): string {
  const shown = (time: string | undefined) =>
    time && !Number.isNaN(Date.parse(time))
      ? new Date(time).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" })
      : "…";
  return `${shown(since)} – ${shown(until)}`;
}
