// One word to the chosen runs: cancel or run again, with what became of each.

import { Alert, Button, Group, List, Modal, Paper, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { BulkOutcome, RunSummary } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

type Action = "cancel" | "pause" | "resume" | "rerun";

const WORDS: Record<Action, { ask: string; done: string; about: string }> = {
  cancel: {
    ask: "Cancel",
    done: "Runs cancelled",
    about:
      "No further step of them starts. What was done is rolled back as each recipe says. Runs that are over refuse.",
  },
  pause: {
    ask: "Pause",
    done: "Runs paused",
    about: "A step under way ends first; then no further one starts until somebody resumes the run.",
  },
  resume: { ask: "Resume", done: "Runs resumed", about: "Each goes on where it was paused." },
  rerun: {
    ask: "Start",
    done: "Runs started again",
    about: "Each runs the version that it ran, with its inputs.",
  },
};

export function BulkRuns({ runs, clear }: { runs: RunSummary[]; clear: () => void }) {
  const [action, setAction] = useState<Action>();
  const [reason, setReason] = useState("");
  const [from, setFrom] = useState("start");
  const queries = useQueryClient();
  const bulk = useMutation({
    mutationFn: (action: Action) =>
      post<BulkOutcome>("/api/v1/runs/bulk", {
        action,
        runs: runs.map((run) => run.id),
        reason: reason.trim() || undefined,
        from: action === "rerun" ? from : undefined,
      }),
    onSuccess: (said, action) => {
      queries.invalidateQueries({ queryKey: ["runs"] });
      announce({
        title: WORDS[action].done,
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
            <Button size="xs" variant="light" onClick={() => setAction("pause")}>
              Pause …
            </Button>
            <Button size="xs" variant="light" onClick={() => setAction("resume")}>
              Resume …
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
        title={
          action === "rerun"
            ? `Run ${count(runs.length)} again?`
            : `${WORDS[action ?? "cancel"].ask} ${count(runs.length)}?`
        }
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
              <Text size="sm">{action ? WORDS[action].about : null}</Text>
              {action === "rerun" ? (
                <Select
                  label="Begin"
                  data={[
                    { value: "start", label: "From the beginning; nothing is reused" },
                    { value: "failed", label: "Where each failed; what was done and stands is reused" },
                    { value: "failed_items", label: "Only the failed items of loops" },
                  ]}
                  value={from}
                  onChange={(value) => setFrom(value ?? "start")}
                  allowDeselect={false}
                />
              ) : (
                <TextInput
                  label="Reason"
                  description="Kept with every one of them"
                  value={reason}
                  onChange={(event) => setReason(event.currentTarget.value)}
                  data-autofocus
                />
              )}
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
              {`${WORDS[action ?? "cancel"].ask} ${count(runs.length)}`}
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
