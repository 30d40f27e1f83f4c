import { Anchor, Checkbox, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RunSummary } from "../api/wire";
import { paths } from "../paths";
import { duration } from "./format";
import { ModeBadge, Status } from "./Status";
import { When } from "./When";

/** What can stand in a column: its name in addresses, its heading, whether the server sorts by it. */
export const COLUMNS = {
  name: { label: "Run", sorts: true },
  status: { label: "Status", sorts: true },
  trigger: { label: "Trigger", sorts: true },
  agent: { label: "Agent", sorts: true },
  recipe: { label: "Recipe", sorts: true },
  duration_ms: { label: "Duration", sorts: true },
  accepted_at: { label: "Started", sorts: true },
  room: { label: "Room", sorts: false },
  working_ms: { label: "Working", sorts: false },
  requested_by: { label: "Asked by", sorts: false },
  error: { label: "Error", sorts: false },
} as const;

export type Column = keyof typeof COLUMNS;

export const EVERY_COLUMN = Object.keys(COLUMNS) as Column[]; // the keys of COLUMNS are all there is in it
export const USUAL_COLUMNS: Column[] = [
  "name",
  "status",
  "trigger",
  "agent",
  "recipe",
  "duration_ms",
  "accepted_at",
];

/** Choosing rows: which are chosen, which has the keyboard, and what to do when one is switched. */
export interface Choice {
  chosen: ReadonlySet<string>;
  at?: string;
  toggle: (run: string) => void;
  toggleAll: () => void;
}

/** Runs, one a row. Sorting is the server's: over all runs and not only over those that are here. */
export function RunsTable({
  runs,
  columns = USUAL_COLUMNS,
  sort,
  onSort,
  choice,
}: {
  runs: RunSummary[];
  columns?: Column[];
  sort?: string;
  onSort?: (sort: string) => void;
  choice?: Choice;
}) {
  const every = runs.length > 0 && runs.every((run) => choice?.chosen.has(run.id));
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table highlightOnHover verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {choice ? (
              <Table.Th w={36}>
                <Checkbox
                  size="xs"
                  aria-label="Choose all that are listed"
                  checked={every}
                  indeterminate={!every && choice.chosen.size > 0}
                  onChange={choice.toggleAll}
                />
              </Table.Th>
            ) : null}
            {columns.map((column) => (
              <Heading key={column} column={column} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr
              key={run.id}
              id={`run-${run.id}`}
              className={choice?.at === run.id ? "run-at" : undefined}
              aria-current={choice?.at === run.id ? "true" : undefined}
              bg={choice?.chosen.has(run.id) ? "var(--mantine-primary-color-light)" : undefined}
            >
              {choice ? (
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={`Choose ${run.name}, ${run.id.slice(-12)}`}
                    checked={choice.chosen.has(run.id)}
                    onChange={() => choice.toggle(run.id)}
                  />
                </Table.Td>
              ) : null}
              {columns.map((column) => (
                <Table.Td key={column}>{cell(run, column)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Heading({
  column,
  sort,
  onSort,
}: {
  column: Column;
  sort?: string;
  onSort?: (sort: string) => void;
}) {
  const { label, sorts } = COLUMNS[column];
  if (!onSort || !sorts) return <Table.Th>{label}</Table.Th>;
  const now = sort ?? "-accepted_at";
  const [down, up] = [now === `-${column}`, now === column];
  return (
    <Table.Th aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <Anchor component="button" c="inherit" size="sm" onClick={() => onSort(up ? `-${column}` : column)}>
        {label}
        <span aria-hidden>{up ? " ↑" : down ? " ↓" : ""}</span>
      </Anchor>
    </Table.Th>
  );
}

function cell(run: RunSummary, column: Column): ReactNode {
  switch (column) {
    case "name":
      return (
        <>
          <Anchor component={Link} to={paths.run(run.id)} fw={600} size="sm">
            {run.name}
          </Anchor>
          <Text size="xs" c="dimmed" ff="monospace" title={run.id}>
            …{run.id.slice(-12)}
          </Text>
        </>
      );
    case "status":
      return (
        <Group gap={4}>
          <Status value={run.status} note={run.waiting_for} />
          <ModeBadge mode={run.mode} />
        </Group>
      );
    case "recipe":
      return (
        <>
          {run.recipe} <Text span c="dimmed" size="xs">{`v${run.recipe_version}`}</Text>
        </>
      );
    case "room":
      return run.room ? (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/runs" search={{ room: run.room?.id }} {...props} />}
        >
          {run.room.name}
        </Anchor>
      ) : (
        "–"
      );
    case "duration_ms":
      return duration(run.duration_ms);
    case "working_ms":
      return duration(run.working_ms);
    case "accepted_at":
      return <When time={run.started_at ?? run.accepted_at} />;
    case "error":
      return (
        <Text size="xs" lineClamp={2} maw={320} title={run.error?.message}>
          {run.error?.message ?? "–"}
        </Text>
      );
    default:
      return run[column] ?? "–";
  }
}
