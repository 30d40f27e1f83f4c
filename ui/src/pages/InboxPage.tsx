import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { inbox } from "../api/queries";
import type { InboxItem } from "../api/wire";
import { Answer } from "../forms/Answer";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { Refusal } from "../widgets/Refusal";
import { ModeBadge } from "../widgets/Status";
import { When } from "../widgets/When";

export function InboxPage() {
  const list = useQuery(inbox);
  const items = list.data?.items ?? [];
  return (
    <Stack maw={760} mx="auto">
      <Title order={1}>Needs you</Title>
      <Refusal error={list.error} />
      {list.data && items.length === 0 ? (
        <Empty
          title="Nothing waits for a person"
          why="Approvals, questions, manual steps and interrupted calls appear here the moment a run stops for them."
        />
      ) : null}
      {items.map((item) => (
        <Waiting key={`${item.run_id}:${item.step}`} item={item} />
      ))}
    </Stack>
  );
}

export function Waiting({ item }: { item: InboxItem }) {
  return (
    <div>
      <Group justify="space-between" mb={4} gap={4}>
        <Group gap="xs">
          <Anchor component={Link} to={paths.run(item.run_id)} fw={600}>
            {item.run}
          </Anchor>
          <ModeBadge mode={item.mode} />
        </Group>
        <Text size="xs" c="dimmed">
          {item.reason} · {item.phase} · asked for by {item.requested_by} · waiting since{" "}
          <When time={item.since} />
        </Text>
      </Group>
      <Answer
        run={item.run_id}
        step={item.step}
        reason={item.reason}
        prompt={item.prompt}
        role={item.role}
        until={item.until}
        schema={item.schema}
        evidence={item.evidence}
        mayAnswer={item.may_answer}
      />
    </div>
  );
}
