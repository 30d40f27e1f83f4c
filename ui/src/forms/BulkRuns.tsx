// One word to the chosen runs: cancel or run again, with what became of each.

import { Alert, Button, Group, List, Modal, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { BulkOutcome, RunSummary } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

type Action = "cancel" | "rerun";

export function BulkRuns({ runs, clear }: { runs: RunSummary[]; clear: () => void }) {
  const [action, setAction] = useState<Action>();
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const bulk = useMutation({
    mutationFn: (action: Action) =>
      post<BulkOutcome>("/api/v1/runs/bulk", {
        action,
        runs: runs.map((run) => run.id),
        reason: reason.trim() || undefined,
      }),
    onSuccess: (said, action) => {
      queries.invalidateQueries({ queryKey: ["runs"] });
      announce({
        title: action === "cancel" ? "Runs cancelled" : "Runs started again",
        text: `${said.done} done, ${said.refused} refused`,
        to: paths.runs(),
        color: said.refused > 0 ? "orange" : "teal",
      });
      if (said.refused === 0) close();
    },
  });
  function close() {
    setAction(undefined);
    setReason("");
    bulk.reset();
    clear();
  }
  const names = new Map(runs.map((run) => [run.id, run.name]));
  return (
    <>
      <Paper withBorder p="xs" role="region" aria-label="Chosen runs">
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {runs.length} chosen
          </Text>
          <Group gap="xs">
            <Button size="xs" variant="light" onClick={() => setAction("rerun")}>
              Run again …
            </Button>
            <Button size="xs" variant="light" color="red" onClick={() => setAction("cancel")}>
              Cancel …
            </Button>
            <Button size="xs" variant="default" onClick={clear}>
              Choose none
            </Button>
          </Group>
        </Group>
      </Paper>
      <Modal
        opened={action !== undefined}
        onClose={() => (bulk.data ? close() : setAction(undefined))}
        title={action === "cancel" ? `Cancel ${count(runs.length)}?` : `Run ${count(runs.length)} again?`}
      >
        <Stack>
          {bulk.data ? (
            <Alert color={bulk.data.refused > 0 ? "orange" : "teal"}>
              {bulk.data.done} done, {bulk.data.refused} refused
              <List size="sm" mt="xs">
                {bulk.data.items
                  .filter((item) => item.error)
                  .map((item) => (
                    <List.Item key={item.run}>
                      {names.get(item.run)} …{item.run.slice(-12)}: {item.error}
                    </List.Item>
                  ))}
              </List>
            </Alert>
          ) : (
            <>
              <Text size="sm">
                {action === "cancel"
                  ? "No further step of them starts. What was done is rolled back as each recipe says. Runs that are over refuse."
                  : "Each runs the version that it ran, with its inputs, from the start."}
              </Text>
              {action === "cancel" ? (
                <TextInput
                  label="Reason"
                  description="Kept with every one of them"
                  value={reason}
                  onChange={(event) => setReason(event.currentTarget.value)}
                  data-autofocus
                />
              ) : null}
            </>
          )}
          <Refusal error={bulk.error} />
          {bulk.data ? (
            <Button onClick={close}>Close</Button>
          ) : (
            <Button
              color={action === "cancel" ? "red" : undefined}
              loading={bulk.isPending}
              onClick={() => action && bulk.mutate(action)}
            >
              {action === "cancel" ? `Cancel ${count(runs.length)}` : `Start ${count(runs.length)}`}
            </Button>
          )}
        </Stack>
      </Modal>
    </>
  );
}

function count(runs: number): string {
  return runs === 1 ? "1 run" : `${runs} runs`;
}
