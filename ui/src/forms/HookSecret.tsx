// The address of a workflow that messages start, and the secret that its sender signs with.

import {
  Alert,
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import { me } from "../api/queries";
import type { Hook, IssuedSecret, Workflow } from "../api/wire";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";
import type { Signature } from "./HookForm";

const THEIRS: Partial<Record<Signature, { label: string; where: string }>> = {
  slack: {
    label: "Signing Secret",
    where:
      "Slack makes it: Basic Information of your app at api.slack.com. Set the address as its request URL.",
  },
  zoom: {
    label: "Secret Token",
    where:
      "Zoom makes it: the Feature page of your app in the Zoom Marketplace. Set the address as its event notification endpoint; Zoom checks it at once, so set the token here first.",
  },
};

export function HookSecret({ workflow, hook }: { workflow: Workflow; hook: Hook }) {
  const mayRenew = useQuery(me).data?.permissions.includes("schedule") ?? false;
  const [renewing, renew] = useDisclosure(false);
  return (
    <Card withBorder component="section" aria-label="Address">
      <Title order={2} size="h4" mb="xs">
        Where messages come
      </Title>
      <Stack gap="xs">
        <Copied text={hook.url} />
        {hook.simulated ? (
          <Text size="sm">
            In mock mode the simulated campus sends its Zoom alerts here, signed by a token of its own.
          </Text>
        ) : null}
        {hook.secret_set ? (
          <Text size="sm">
            Secret set{hook.last4 ? ` (…${hook.last4})` : ""}
            {hook.secret_set_at ? (
              <>
                {" "}
                <When time={hook.secret_set_at} /> by {hook.secret_set_by}
              </>
            ) : null}
            {hook.previous_until ? (
              <>
                . The one before is taken until <When time={hook.previous_until} />
              </>
            ) : null}
          </Text>
        ) : (
          <Alert color="yellow" py="xs">
            {hook.unreadable
              ? "The secret cannot be opened: the key beside the database is missing. Set it again."
              : hook.simulated
                ? "No secret of the real Zoom is set yet, so its messages are refused."
                : "No secret is set yet, so every message is refused."}
          </Alert>
        )}
        {mayRenew ? (
          <Button variant="default" w="fit-content" onClick={renew.open}>
            {hook.secret_set ? "Renew the secret" : "Set the secret"}
          </Button>
        ) : null}
      </Stack>
      <Modal opened={renewing} onClose={renew.close} title={`Secret of ${workflow.name}`} size="lg">
        {renewing ? <Renew workflow={workflow} isSet={hook.secret_set} onDone={renew.close} /> : null}
      </Modal>
    </Card>
  );
}

function Renew({ workflow, isSet, onDone }: { workflow: Workflow; isSet: boolean; onDone: () => void }) {
  const signature =
    workflow.trigger.type === "webhook" ? (workflow.trigger.signature ?? "standard") : "standard";
  const theirs = THEIRS[signature];
  const [secret, setSecret] = useState("");
  const [keep, setKeep] = useState("0");
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      post<IssuedSecret>(`/api/v1/workflows/${workflow.id}/secret`, {
        secret: theirs ? secret : undefined,
        keep_minutes: Number(keep),
      }),
    onSuccess: (issued) => {
      setSecret("");
      queries.invalidateQueries({ queryKey: ["workflows"] });
      if (issued.secret === null) onDone();
    },
  });
  if (save.data?.secret) {
    return (
      <Alert color="teal" title="Copy it now: it is not shown again" role="status">
        <Copied text={save.data.secret} />
      </Alert>
    );
  }
  return (
    <Stack>
      <Text size="sm">
        {theirs
          ? theirs.where
          : "A secret is made here and shown once. Give it to the sender together with the address."}
      </Text>
      {theirs ? (
        <PasswordInput
          label={theirs.label}
          value={secret}
          autoComplete="off"
          onChange={(event) => setSecret(event.currentTarget.value)}
          data-autofocus
        />
      ) : null}
      {isSet ? (
        <Select
          label="The secret before"
          data={[
            { value: "0", label: "stops working at once" },
            { value: "60", label: "works for another hour" },
            { value: "1440", label: "works for another day" },
            { value: "10080", label: "works for another week" },
          ]}
          value={keep}
          onChange={(chosen) => setKeep(chosen ?? "0")}
          allowDeselect={false}
        />
      ) : null}
      <Refusal error={save.error} />
      <Group justify="flex-end">
        <Button
          loading={save.isPending}
          disabled={theirs !== undefined && secret.trim() === ""}
          onClick={() => save.mutate()}
        >
          {theirs ? "Set the secret" : "Make a secret"}
        </Button>
      </Group>
    </Stack>
  );
}

function Copied({ text }: { text: string }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Code style={{ overflowWrap: "anywhere" }}>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy} style={{ flexShrink: 0 }}>
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
