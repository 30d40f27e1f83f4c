import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What this is, why it is empty, and what to do next. */
export function Empty({ title, why, children }: { title: string; why: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Title order={4}>{title}</Title>
      <Text c="dimmed" maw={440}>
        {why}
      </Text>
      {children}
    </Stack>
  );
}
