// What a recipe was: every version, what changed to the current one, and a way back.

import { Alert, Button, Card, Group, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { recipeVersion, recipeVersions } from "../api/queries";
import type { Recipe } from "../api/wire";
import { Diff } from "../widgets/Diff";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

export function RecipeVersions({ saved, restore }: { saved: Recipe; restore: (yaml: string) => void }) {
  const list = useQuery(recipeVersions(saved.slug));
  const [number, setNumber] = useState<number>();
  const old = useQuery({ ...recipeVersion(saved.slug, number ?? 0), enabled: number !== undefined });
  return (
    <Stack>
      <Refusal error={list.error ?? old.error} />
      <Table>
        <Table.Thead>
          <Table.Tr>
            {["Version", "What changed", "Who", "When", ""].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.data?.items.map((version) => (
            <Table.Tr key={version.version}>
              <Table.Td>v{version.version}</Table.Td>
              <Table.Td>{version.changelog ?? "–"}</Table.Td>
              <Table.Td>{version.author}</Table.Td>
              <Table.Td>
                <When time={version.created_at} />
              </Table.Td>
              <Table.Td>
                {version.version === saved.version ? (
                  "current"
                ) : (
                  <Button size="compact-xs" variant="default" onClick={() => setNumber(version.version)}>
                    Compare with current
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {old.data ? (
        <Card withBorder>
          <Group justify="space-between" mb="xs">
            <Text fw={600}>
              v{old.data.version} → v{saved.version}
            </Text>
            <Button size="xs" variant="light" onClick={() => restore(old.data.yaml)}>
              Restore v{old.data.version} into the editor
            </Button>
          </Group>
          {old.data.yaml === saved.yaml ? <Alert>The texts are equal.</Alert> : null}
          <Diff before={old.data.yaml} after={saved.yaml} />
        </Card>
      ) : null}
    </Stack>
  );
}
