// What waits for a person: one card a wait, and one answer to several approvals.

import { Anchor, Badge, Button, Checkbox, Group, Paper, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { inbox } from "../api/queries";
import type { Answered, InboxItem } from "../api/wire";
import { Answer } from "../forms/Answer";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { visible } from "../widgets/JsonView";
import { Refusal } from "../widgets/Refusal";
import { ModeBadge } from "../widgets/Status";
import { When } from "../widgets/When";

const nameOf = (item: InboxItem) => `${item.run_id}:${item.step}`;
const mayDecide = (item: InboxItem) => item.reason === "approval" && item.may_answer;

export function InboxPage() {
  const list = useQuery(inbox);
  const items = list.data?.items ?? [];
  const [chosen, setChosen] = useState<string[]>([]);
  const decidable = items.filter(mayDecide);
  const marked = decidable.filter((item) => chosen.includes(nameOf(item)));
  return (
    <Stack maw={760} mx="auto">
      <Group justify="space-between">
        <Title order={1}>Needs you</Title>
        {decidable.length > 1 ? (
          <Checkbox
            label={`Choose all ${decidable.length} approvals`}
            checked={marked.length === decidable.length}
            indeterminate={marked.length > 0 && marked.length < decidable.length}
            onChange={(event) => setChosen(event.currentTarget.checked ? decidable.map(nameOf) : [])}
          />
        ) : null}
      </Group>
      <Refusal error={list.error} />
      {decidable.length > 1 ? <Together items={marked} onDone={() => setChosen([])} /> : null}
      {list.data && items.length === 0 ? (
        <Empty
          title="Nothing waits for a person"
          why="Approvals, questions, manual steps and interrupted calls appear here the moment a run stops for them."
        />
      ) : null}
      {items.map((item) => (
        <Waiting
          key={nameOf(item)}
          item={item}
          mark={
            decidable.length > 1 && mayDecide(item) ? (
              <Checkbox
                aria-label={`Choose ${item.prompt}`}
                checked={chosen.includes(nameOf(item))}
                onChange={(event) =>
                  setChosen(
                    event.currentTarget.checked
                      ? [...chosen, nameOf(item)]
                      : chosen.filter((name) => name !== nameOf(item)),
                  )
                }
              />
            ) : null
          }
        />
      ))}
    </Stack>
  );
}

/** One answer to all that were chosen. Each counts by itself; what does not count is told. */
function Together({ items, onDone }: { items: InboxItem[]; onDone: () => void }) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const send = useMutation({
    mutationFn: async (kind: "approve" | "reject") => {
      const answers = items.map((item) => ({
        run_id: item.run_id,
        fingerprint: item.fingerprint,
        signal: { kind, step: item.step, note: note.trim() || undefined },
      }));
      const { results } = await post<Answered>("/api/v1/inbox/answers", { answers });
      return results.map((result, at) => ({ ...result, prompt: items[at]?.prompt ?? result.run_id }));
    },
    onSuccess: () => {
      setNote("");
      onDone();
    },
    onSettled: () => {
      for (const queryKey of [["inbox"], ["dashboard"], ["runs"]]) queries.invalidateQueries({ queryKey });
    },
  });
  const refused = send.data?.filter((result) => !result.ok) ?? [];
  const counted = (send.data?.length ?? 0) - refused.length;
  return (
    <>
      <div role="status">
        {send.data ? (
          <Text size="sm">
            {counted} answered{refused.length > 0 ? `, ${refused.length} not:` : "."}
          </Text>
        ) : null}
        {refused.map((result) => (
          <Text key={result.run_id} size="sm" c="red">
            {result.prompt} {result.error}
          </Text>
        ))}
      </div>
      {items.length > 0 ? (
        <Paper
          withBorder
          p="sm"
          component="section"
          aria-label="Answer together"
          style={{ position: "sticky", top: 8, zIndex: 2 }}
        >
          <Stack gap="xs">
            <Textarea
              label={`Note for ${items.length === 1 ? "the one" : `all ${items.length}`} chosen`}
              autosize
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Refusal error={send.error} />
            <Group gap="xs">
              <Button
                color="teal"
                loading={send.isPending}
                disabled={items.some((item) => item.needs_another !== null)}
                onClick={() => send.mutate("approve")}
              >
                Approve {items.length}
              </Button>
              <Button
                color="red"
                variant="light"
                loading={send.isPending}
                onClick={() => send.mutate("reject")}
              >
                Reject {items.length}
              </Button>
            </Group>
          </Stack>
        </Paper>
      ) : null}
    </>
  );
}

export function Waiting({ item, mark }: { item: InboxItem; mark?: React.ReactNode }) {
  return (
    <div>
      <Group justify="space-between" mb={4} gap={4}>
        <Group gap="xs">
          {mark}
          <Anchor component={Link} to={paths.run(item.run_id)} fw={600}>
            {item.run}
          </Anchor>
          <ModeBadge mode={item.mode} />
          {item.affects.map((affected) => (
            <Badge
              key={`${affected.kind}:${affected.name}`}
              color="gray"
              variant="light"
              radius="sm"
              tt="none"
            >
              {affected.kind}: {visible(affected.name)}
            </Badge>
          ))}
        </Group>
        <Text size="xs" c="dimmed">
          {item.reason} · {item.phase} · {item.recipe} v{item.recipe_version} · asked for by{" "}
          {item.requested_by} · waiting since <When time={item.since} />
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
        needsAnother={item.needs_another}
        fingerprint={item.fingerprint}
      />
    </div>
  );
}
