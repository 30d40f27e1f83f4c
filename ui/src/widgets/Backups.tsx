import { Anchor, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { post } from "../api/client";
import { backups as backupsQuery } from "../api/queries";
import type { NewBackup } from "../api/wire";
import { Refusal } from "./Refusal";
import { When } from "./When";

/** The backups in the data folder, and one more. */
export function Backups() {
  const queries = useQueryClient();
  const found = useQuery(backupsQuery);
  const make = useMutation({
    mutationFn: () => post<NewBackup>("/api/v1/backup"),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["backups"] }),
  });
  const kept = found.data?.items ?? [];
  return (
    <Stack gap="sm">
      <Refusal error={found.error ?? make.error} />
      {found.isSuccess && kept.length === 0 ? (
        <Text size="sm" c="dimmed">
          There is none yet. A backup holds everything but the keys, which are in a file of their own.
        </Text>
      ) : null}
      {kept.length > 0 ? (
        <Table verticalSpacing={4}>
          <Table.Tbody>
            {kept.map((backup) => (
              <Table.Tr key={backup.name}>
                <Table.Td>
                  <Anchor href={`/api/v1/backups/${encodeURIComponent(backup.name)}`} download size="sm">
                    {backup.name}
                  </Anchor>
                </Table.Td>
                <Table.Td>{(backup.bytes / 1_000_000).toFixed(1)} MB</Table.Td>
                <Table.Td>
                  <When time={backup.made_at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
      <Group>
        <Button size="xs" variant="default" loading={make.isPending} onClick={() => make.mutate()}>
          Back up now
        </Button>
        <Text size="sm" role="status">
          {make.data ? `${make.data.name} holds ${make.data.runs} runs; it was read back.` : ""}
        </Text>
      </Group>
    </Stack>
  );
}
