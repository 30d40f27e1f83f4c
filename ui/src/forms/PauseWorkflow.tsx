// Switching a workflow off: why, and until when.

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client";
import type { Workflow } from "../api/wire";
import { Refusal } from "../widgets/Refusal";

export function PauseWorkflow({
  workflow,
  opened,
  onClose,
}: {
  workflow: Workflow;
  opened: boolean;
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const queries = useQueryClient();
  const pause = useMutation({
    mutationFn: () =>
      ask<Workflow>("PATCH", `/api/v1/workflows/${workflow.id}`, {
        enabled: false,
        reason: reason.trim() || undefined,
        resume_at: until ? new Date(until).toISOString() : undefined,
      }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["workflows"] });
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Switch ${workflow.name} off`}>
      <Stack>
        <Text size="sm">Open runs go on. Times that come meanwhile are recorded as paused.</Text>
        <TextInput
          label="Reason"
          placeholder="Rebuild of the room"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label="Switch on again by itself"
          description="Your local time; leave it empty to do it by hand"
          type="datetime-local"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Refusal error={pause.error} />
        <Group justify="flex-end">
          <Button loading={pause.isPending} onClick={() => pause.mutate()}>
            Switch off
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
