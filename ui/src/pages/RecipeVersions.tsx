// What a recipe was: every version, what changed between any two, and a way back.

import { Alert, Anchor, Button, Card, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { recipeVersion, recipeVersions } from "../api/queries";
import type { Recipe } from "../api/wire";
import { Diff } from "../widgets/Diff";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

export function RecipeVersions({ saved, restore }: { saved: Recipe; restore: (yaml: string) => void }) {
  const list = useQuery(recipeVersions(saved.slug));
  const [pair, setPair] = useState<{ from: number; to: number }>();
  const old = useQuery({ ...recipeVersion(saved.slug, pair?.from ?? 0), enabled: pair !== undefined });
  const next = useQuery({ ...recipeVersion(saved.slug, pair?.to ?? 0), enabled: pair !== undefined });
  const versions = (list.data?.items ?? []).map((version) => ({
    value: String(version.version),
    label: `v${version.version}${version.version === saved.version ? " (current)" : ""}`,
  }));
  return (
    <Stack>
      <Refusal error={list.error ?? old.error ?? next.error} />
      <Table.ScrollContainer minWidth={480}>
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
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => setPair({ from: version.version, to: saved.version })}
                    >
                      Compare with current
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {versions.length > 1 ? (
        <Group align="end" gap="sm">
          <Select
            label="From"
            data={versions}
            value={pair ? String(pair.from) : null}
            onChange={(value) => value && setPair({ from: Number(value), to: pair?.to ?? saved.version })}
            w={150}
          />
          <Select
            label="To"
            data={versions}
            value={pair ? String(pair.to) : null}
            onChange={(value) => value && setPair({ from: pair?.from ?? saved.version, to: Number(value) })}
            w={150}
          />
          <Anchor
            size="sm"
            pb={8}
            renderRoot={(props) => <Link to="/runs" search={{ recipe: saved.name }} {...props} />}
          >
            Runs of this recipe
          </Anchor>
        </Group>
      ) : null}
      {pair && old.data && next.data ? (
        <Card withBorder>
          <Group justify="space-between" mb="xs">
            <Text fw={600}>
              v{old.data.version} → v{next.data.version}
            </Text>
            {old.data.version === saved.version ? null : (
              <Button size="xs" variant="light" onClick={() => restore(old.data.yaml)}>
                Restore v{old.data.version} into the editor
              </Button>
            )}
          </Group>
          {old.data.yaml === next.data.yaml ? <Alert>The texts are equal.</Alert> : null}
          <Diff before={old.data.yaml} after={next.data.yaml} />
        </Card>
      ) : null}
    </Stack>
  );
}
