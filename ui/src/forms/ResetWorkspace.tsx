// Starting over: names what goes and what stays, and asks for a word and a reason.

import { Alert, Button, Card, Group, List, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import { me, tools } from "../api/queries";
import type { Removed, SetupStatus } from "../api/wire";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { counted } from "../widgets/savings";

const WORD = "RESET";

export function ResetWorkspace({ state }: { state: SetupStatus }) {
  const [opened, dialog] = useDisclosure(false);
  const may = useQuery(me).data?.permissions.includes("manage_workspace") ?? false;
  return (
    <Card withBorder>
      <Title order={3}>Start over</Title>
      <Text size="sm" c="dimmed" mb="sm">
        Removes all agents, recipes and added tools of this workspace. The record of runs stays.
      </Text>
      <Button
        color="red"
        variant="light"
        disabled={!may}
        title={may ? undefined : "Your role may not change the workspace"}
        onClick={dialog.open}
        style={{ alignSelf: "flex-start" }}
      >
        Reset the workspace …
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Reset the workspace">
        {opened ? <Confirm state={state} onDone={dialog.close} /> : null}
      </Modal>
    </Card>
  );
}

function Confirm({ state, onDone }: { state: SetupStatus; onDone: () => void }) {
  const queries = useQueryClient();
  const [word, setWord] = useState("");
  const [reason, setReason] = useState("");
  const count = (name: string) => state.groups.find((group) => group.group === name)?.total ?? 0;
  const added = useQuery(tools).data?.items.filter((tool) => tool.kind !== "builtin").length ?? 0;
  const reset = useMutation({
    mutationFn: () =>
      post<{ removed: Removed }>("/api/v1/setup/reset", { confirm: word, reason: reason || undefined }),
    onSuccess: ({ removed }) => {
      announce({ title: "Workspace reset", text: `Removed ${goes(removed)}` });
      queries.invalidateQueries();
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        reset.mutate();
      }}
    >
      <Stack>
        <Alert color="red" title="This cannot be undone">
          <List size="sm">
            <List.Item>{counted(count("agents"), "agent")}</List.Item>
            <List.Item>{counted(count("recipes"), "recipe")} with all versions</List.Item>
            <List.Item>{counted(added, "added tool")}</List.Item>
          </List>
        </Alert>
        <Text size="sm">
          Runs and their artifacts, settings, tokens and the audit trail stay. Examples can be seeded again;
          what you wrote yourselves is gone.
        </Text>
        <TextInput
          label="Why"
          description="Kept in the audit trail"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={`Type ${WORD} to confirm`}
          autoComplete="off"
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <Refusal error={reset.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Keep everything
          </Button>
          <Button type="submit" color="red" disabled={word !== WORD} loading={reset.isPending}>
            Reset the workspace
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function goes({ agents, recipes, tools }: Removed): string {
  return [
    counted(agents.length, "agent"),
    counted(recipes.length, "recipe"),
    counted(tools.length, "tool"),
  ].join(", ");
}
