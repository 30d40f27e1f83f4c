// A pause between two steps, and its end. Shown while a run is under way.

import { Button, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { Run } from "../api/wire";
import { Refusal } from "../widgets/Refusal";

export function PauseRun({ run }: { run: Run }) {
  const queries = useQueryClient();
  const [asking, window] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const paused = run.steps.some((step) => step.verb === "pause" && step.status === "waiting");
  const send = useMutation({
    mutationFn: () =>
      post(
        `/api/v1/runs/${run.id}/signals`,
        paused ? { kind: "resume" } : { kind: "pause", reason: reason.trim() || undefined },
      ),
    onSuccess: window.close,
    onSettled: () => {
      for (const queryKey of [["run", run.id], ["inbox"], ["runs"]]) queries.invalidateQueries({ queryKey });
    },
  });
  const held = run.waiting_for === "held";
  const undoing = run.rollback === "running";
  return (
    <>
      <Button
        size="xs"
        variant="default"
        disabled={held || undoing}
        title={held ? "It is held already" : undoing ? "It is being rolled back" : undefined}
        loading={send.isPending}
        onClick={() => (paused ? send.mutate() : window.open())}
      >
        {paused ? "Resume" : "Pause"}
      </Button>
      <Modal opened={asking} onClose={window.close} title={`Pause “${run.name}”?`}>
        <Stack>
          <Text size="sm">
            A step under way ends first; then no further one starts until somebody resumes the run. Its time
            limits stand still meanwhile.
          </Text>
          <Textarea
            label="Reason"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <Refusal error={send.error} />
          <Button onClick={() => send.mutate()} loading={send.isPending}>
            Pause the run
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
