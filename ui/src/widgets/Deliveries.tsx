// The messages that came for a workflow and what became of each.

import { Anchor, Card, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { deliveries } from "../api/queries";
import type { Workflow } from "../api/wire";
import { paths } from "../paths";
import { visible } from "./JsonView";
import { Refusal } from "./Refusal";
import { When } from "./When";

/** Outcomes in words; those that are words already are not here. */
const WORDS: Record<string, string> = {
  bad_signature: "not proven",
  limited: "too many",
  queued: "waits",
  taken: "being decided",
};

export function Deliveries({ workflow }: { workflow: Workflow }) {
  const rows = useQuery(deliveries(workflow.id));
  return (
    <Card withBorder component="section" aria-label="Messages">
      <Title order={2} size="h4" mb="xs">
        Messages that came
      </Title>
      <Refusal error={rows.error} />
      {rows.data?.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          No message came yet.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480} type="native">
          <Table>
            <Table.Tbody>
              {rows.data?.items.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>
                    <When time={row.received_at} />
                    {row.times > 1 ? ` (${row.times} times)` : ""}
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" ff="monospace" fz={12} title={row.delivery ?? undefined}>
                      {visible(row.event ?? "")}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    {row.run_id ? (
                      <Anchor component={Link} to={paths.run(row.run_id)} size="sm">
                        {WORDS[row.outcome] ?? row.outcome}
                      </Anchor>
                    ) : (
                      (WORDS[row.outcome] ?? row.outcome)
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed">
                      {visible(row.reason ?? "")}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
