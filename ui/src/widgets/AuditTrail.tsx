import { Button, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { audit } from "../api/queries";
import { Refusal } from "./Refusal";
import { When } from "./When";

/** Who changed what, newest first. */
export function AuditTrail() {
  const found = useInfiniteQuery(audit);
  const lines = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="sm">
      <Refusal error={found.error} />
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={4} aria-label="Changes">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>From and to, or why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  <When time={line.at} />
                </Table.Td>
                <Table.Td>{line.who}</Table.Td>
                <Table.Td>
                  {line.object}
                  <Text size="xs" c="dimmed">
                    {line.what}
                  </Text>
                </Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{line.reason ?? "–"}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {found.hasNextPage ? (
        <Button
          size="xs"
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => found.fetchNextPage()}
        >
          Older changes
        </Button>
      ) : null}
    </Stack>
  );
}
