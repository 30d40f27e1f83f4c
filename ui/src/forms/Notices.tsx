// Notices of waiting work in Slack: whether, where, and a test.

import { Alert, Anchor, Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { NoticeSettings, NoticeTried, SettingsChange } from "../api/wire";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

export function Notices({
  notices,
  mayChange,
  saving,
  onSave,
}: {
  notices: NoticeSettings;
  mayChange: boolean;
  saving: boolean;
  onSave: (change: SettingsChange) => void;
}) {
  const [channel, setChannel] = useState(notices.channel ?? "");
  const test = useMutation({
    mutationFn: () => post<NoticeTried>("/api/v1/settings/notices/test", { channel: channel.trim() }),
  });
  const isNamed = channel.trim() !== "";
  return (
    <Stack gap="sm">
      <Switch
        label="Tell waiting work in Slack"
        description="Once for each approval, question, manual step or doubt, with a link. Runs never wait for it. Simulated runs are told in the simulated Slack."
        checked={notices.on}
        disabled={!mayChange || saving || (!notices.on && !isNamed)}
        onChange={(event) =>
          onSave({
            notices: { on: event.currentTarget.checked, channel: isNamed ? channel.trim() : undefined },
          })
        }
      />
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Slack channel"
          placeholder="#av-ops"
          value={channel}
          disabled={!mayChange}
          onChange={(event) => setChannel(event.currentTarget.value)}
        />
        <Button
          disabled={!mayChange || !isNamed || channel.trim() === notices.channel}
          loading={saving}
          onClick={() => onSave({ notices: { channel: channel.trim() } })}
        >
          Save channel
        </Button>
        <Button
          variant="default"
          disabled={!mayChange || !isNamed}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Send test
        </Button>
      </Group>
      <Refusal error={test.error} />
      {test.data ? (
        <Alert color={test.data.ok ? "teal" : "red"} py="xs" role="status">
          {test.data.ok ? (
            `Sent to ${test.data.channel}${test.data.simulated ? " of the simulated campus" : ""}.`
          ) : (
            <>
              {test.data.error}
              {test.data.hint ? ` (${test.data.hint})` : ""}
            </>
          )}
        </Alert>
      ) : null}
      {notices.last ? (
        <Text size="xs" c={notices.last.ok ? "dimmed" : "red"}>
          The newest, to {notices.last.channel}, <When time={notices.last.at} />:{" "}
          {notices.last.ok ? "taken" : notices.last.error}
          {notices.last.url ? (
            <>
              {" · "}
              <Anchor href={notices.last.url} size="xs" rel="noreferrer" target="_blank">
                look at it
              </Anchor>
            </>
          ) : null}
        </Text>
      ) : null}
    </Stack>
  );
}
