import { Anchor, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { RunSummary } from "../api/wire";
import { paths } from "../paths";
import { duration } from "./format";
import { ModeBadge, Status } from "./Status";
import { When } from "./When";

type Column = "name" | "status" | "trigger" | "agent" | "recipe" | "duration_ms" | "accepted_at";

const COLUMNS: [Column, string][] = [
  ["name", "Run"],
  ["status", "Status"],
  ["trigger", "Trigger"],
  ["agent", "Agent"],
  ["recipe", "Recipe"],
  ["duration_ms", "Duration"],
  ["accepted_at", "Started"],
];

/** Runs with their id, name, status, trigger, agent, recipe, duration and start; sortable by every column. */
export function RunsTable({ runs }: { runs: RunSummary[] }) {
  const [sort, setSort] = useState<{ column: Column; up: boolean }>({ column: "accepted_at", up: false });
  const sorted = [...runs].sort((a, b) => {
    const [left, right] = [a[sort.column] ?? "", b[sort.column] ?? ""];
    const order = left < right ? -1 : left > right ? 1 : 0;
    return sort.up ? order : -order;
  });
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table highlightOnHover verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map(([column, label]) => (
              <Table.Th
                key={column}
                aria-sort={sort.column === column ? (sort.up ? "ascending" : "descending") : "none"}
              >
                <Anchor
                  component="button"
                  c="inherit"
                  size="sm"
                  onClick={() => setSort({ column, up: sort.column === column ? !sort.up : true })}
                >
                  {label}
                  <span aria-hidden>{sort.column === column ? (sort.up ? " ↑" : " ↓") : ""}</span>
                </Anchor>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                <Anchor component={Link} to={paths.run(run.id)} fw={600} size="sm">
                  {run.name}
                </Anchor>
                <Text size="xs" c="dimmed" ff="monospace" title={run.id}>
                  …{run.id.slice(-12)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  <Status value={run.status} note={run.waiting_for} />
                  <ModeBadge mode={run.mode} />
                </Group>
              </Table.Td>
              <Table.Td>{run.trigger}</Table.Td>
              <Table.Td>{run.agent ?? "–"}</Table.Td>
              <Table.Td>
                {run.recipe} <Text span c="dimmed" size="xs">{`v${run.recipe_version}`}</Text>
              </Table.Td>
              <Table.Td>{duration(run.duration_ms)}</Table.Td>
              <Table.Td>
                <When time={run.started_at ?? run.accepted_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
