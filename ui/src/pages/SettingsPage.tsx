import { Alert, Badge, Card, Group, Select, Stack, Switch, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, post } from "../api/client";
import { me, settings as settingsQuery } from "../api/queries";
import type { Health, Settings, SettingsChange } from "../api/wire";
import { Calendars } from "../forms/Calendars";
import { ModelLimits } from "../forms/ModelLimits";
import { ModelProviders } from "../forms/ModelProviders";
import { Notices } from "../forms/Notices";
import { Tokens } from "../forms/Tokens";
import { AuditTrail } from "../widgets/AuditTrail";
import { Backups } from "../widgets/Backups";
import { ModelLight } from "../widgets/ModelLight";
import { Refusal } from "../widgets/Refusal";
import { Source } from "../widgets/Source";

/** What came of a change: how the tools and the model feel after it. */
interface Verified {
  settings: Settings;
  tools: Record<string, Health>;
}

const SEPARATION: { value: Settings["separation"]; label: string }[] = [
  { value: "auto", label: "as soon as there is somebody else who may approve" },
  { value: "on", label: "always" },
  { value: "off", label: "never" },
];

/** Who answers, whether the campus is simulated, who may come in, and who changed what. */
export function SettingsPage() {
  const queries = useQueryClient();
  const found = useQuery(settingsQuery);
  const may = useQuery(me).data?.permissions ?? [];
  const mayChange = may.includes("manage_workspace");
  const mayAccess = may.includes("manage_access");
  const save = useMutation({
    mutationFn: async (change: SettingsChange): Promise<Verified> => {
      const settings = await ask<Settings>("PATCH", "/api/v1/settings", change);
      return { settings, tools: await post<Record<string, Health>>("/api/v1/tools/check") };
    },
    onSettled: () =>
      Promise.all(
        ["settings", "me", "tools", "audit"].map((name) => queries.invalidateQueries({ queryKey: [name] })),
      ),
  });
  const settings = found.data;
  return (
    <Stack maw={1000}>
      <div>
        <Title order={1}>Settings</Title>
        <Text c="dimmed">
          Who answers, what is simulated, who may come in. Each value says where it comes from.
        </Text>
      </div>
      <Refusal error={found.error} />
      <div role="status">{save.data ? <Verdict verified={save.data} /> : null}</div>
      <Refusal error={save.error} />
      {settings ? (
        <>
          <Card withBorder component="section" aria-label="Mock MCP">
            <Title order={3} mb="xs">
              Mock MCP
            </Title>
            <Switch
              label="Mock MCP"
              description="Runs and models use the simulated campus on this machine; nothing leaves it. Runs under way keep their mode."
              checked={settings.mock}
              disabled={!mayChange || settings.mock_source === "flag" || save.isPending}
              onChange={(event) => save.mutate({ mock: event.currentTarget.checked })}
            />
            <Source of={settings.mock_source} flag="--mock" />
          </Card>
          <Card withBorder component="section" aria-label="Separation of duties">
            <Title order={3} mb="xs">
              Separation of duties
            </Title>
            <Select
              label="On real systems, an approval must come from somebody else"
              description="Somebody else than who asked for the run, made its workflow or saved this version of its recipe."
              data={SEPARATION}
              value={settings.separation}
              disabled={!mayChange || save.isPending}
              allowDeselect={false}
              maw={420}
              onChange={(value) => {
                const chosen = SEPARATION.find((one) => one.value === value);
                if (chosen) save.mutate({ separation: chosen.value });
              }}
            />
          </Card>
          <Card withBorder component="section" aria-label="Notices">
            <Title order={3} mb="xs">
              Notices
            </Title>
            <Notices
              key={settings.notices.channel}
              notices={settings.notices}
              mayChange={mayChange}
              saving={save.isPending}
              onSave={(change) => save.mutate(change)}
            />
          </Card>
          <Card withBorder component="section" aria-label="Calendars">
            <Title order={3} mb="xs">
              Calendars
            </Title>
            <Calendars mayChange={mayChange} />
          </Card>
          <Card withBorder component="section" aria-label="Language model">
            <Group justify="space-between" mb="xs">
              <Title order={3}>Language model</Title>
              <ModelLight status={settings.model_status} />
            </Group>
            <ModelProviders
              settings={settings}
              mayChange={mayChange}
              saving={save.isPending}
              onSave={(change) => save.mutateAsync(change)}
            />
          </Card>
          <Card withBorder component="section" aria-label="Limits of models">
            <Title order={3} mb="xs">
              Limits of models
            </Title>
            <ModelLimits
              key={JSON.stringify([
                settings.models.max_tokens,
                settings.models.daily_tokens,
                settings.models.daily_usd,
                settings.models.sop_rounds,
              ])}
              models={settings.models}
              mayChange={mayChange}
              saving={save.isPending}
              onSave={(change) => save.mutate(change)}
            />
          </Card>
        </>
      ) : null}
      {mayAccess ? (
        <Card withBorder component="section" aria-label="Tokens">
          <Title order={3} mb="xs">
            Tokens
          </Title>
          <Tokens />
        </Card>
      ) : null}
      {mayChange ? (
        <Card withBorder component="section" aria-label="Backups">
          <Title order={3} mb="xs">
            Backups
          </Title>
          <Backups />
        </Card>
      ) : null}
      {mayAccess ? (
        <Card withBorder component="section" aria-label="Changes">
          <Title order={3} mb="xs">
            Changes
          </Title>
          <AuditTrail />
        </Card>
      ) : null}
    </Stack>
  );
}

function Verdict({ verified }: { verified: Verified }) {
  const tools = Object.entries(verified.tools);
  const red = tools.filter(([, health]) => !health.ok);
  const well = red.length === 0;
  return (
    <Alert color={well ? "teal" : "orange"} title="Saved">
      <Text size="sm">
        {well
          ? `All ${tools.length} tools are well.`
          : `${red.length} of ${tools.length} tools are not well: ${red.map(([name]) => name).join(", ")}.`}{" "}
        {verified.settings.model_status.title}: {verified.settings.model_status.detail}.
      </Text>
      {red.length > 0 ? (
        <Group gap={6} mt="xs">
          {red.map(([name, health]) => (
            <Badge key={name} color="red" variant="light" tt="none" title={health.detail}>
              {name}
            </Badge>
          ))}
        </Group>
      ) : null}
    </Alert>
  );
}
