import { Card, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

export interface Lane {
  name: string;
  note?: string;
  content: ReactNode;
}

/** The phases side by side; on a phone one below the other. */
export function Lanes({ lanes, columns }: { lanes: Lane[]; columns?: number }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: columns ?? 2, lg: columns ?? lanes.length }} spacing="sm">
      {lanes.map((lane) => (
        <Card
          key={lane.name}
          withBorder
          padding="sm"
          className="lane"
          style={{ "--lane": `var(--lane-${lane.name})` }}
          component="section"
          aria-label={lane.name}
        >
          <Text fw={700} tt="capitalize">
            {lane.name}
            {lane.note ? (
              <Text span c="dimmed" size="xs" fw={400} ml={6} tt="none">
                {lane.note}
              </Text>
            ) : null}
          </Text>
          <Stack gap={6} mt={6}>
            {lane.content}
          </Stack>
        </Card>
      ))}
    </SimpleGrid>
  );
}
