// Deleting an agent: what depends on it comes first, then its name is typed.

import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client";
import type { Agent } from "../api/wire";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

interface Props {
  agent: Agent;
  onClose: () => void;
  onRemoved?: () => void;
}

export function RemoveAgent({ agent, onClose, onRemoved }: Props) {
  const [typed, setTyped] = useState("");
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => ask<void>("DELETE", `/api/v1/agents/${agent.id}`),
    onSuccess: () => {
      announce({ title: "Agent deleted", text: agent.name });
      onClose();
      onRemoved?.();
      // The agent itself is not asked for again: it is gone.
      queries.invalidateQueries({ queryKey: ["agents"], exact: true });
      queries.invalidateQueries({ queryKey: ["workflows"] });
    },
  });
  return (
    <Stack>
      {agent.workflows.length > 0 ? (
        <Alert color="orange" title="Workflows that can no longer start">
          {agent.workflows.join(", ")}
        </Alert>
      ) : null}
      <Text size="sm">
        {agent.recipes.length > 0
          ? `Its recipes stay, and are attached to it no more: ${agent.recipes.join(", ")}.`
          : "No recipe is attached to it."}{" "}
        Its runs stay, and those under way go on. Type the name to delete it.
      </Text>
      <TextInput
        aria-label="Name of the agent"
        placeholder={agent.name}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      <Refusal error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red"
          disabled={typed.trim() !== agent.name}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          Delete {agent.name}
        </Button>
      </Group>
    </Stack>
  );
}
