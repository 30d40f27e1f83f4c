// Which provider answers, and how each is set up: model, address, key, a try. A key is written, never shown.

import {
  Alert,
  Autocomplete,
  Button,
  Group,
  PasswordInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import { listedModels } from "../api/queries";
import type { ProviderSettings, Settings, SettingsChange, Tried } from "../api/wire";
import { Refusal } from "../widgets/Refusal";
import { Source } from "../widgets/Source";
import { When } from "../widgets/When";

interface Form {
  settings: Settings;
  mayChange: boolean;
  saving: boolean;
  onSave: (change: SettingsChange) => Promise<unknown>;
}

export function ModelProviders(form: Form) {
  const { models } = form.settings;
  const { mayChange, saving, onSave } = form;
  const change = (change: SettingsChange) => {
    onSave(change).catch(() => undefined); // shown where all changes report
  };
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={500} mb={4}>
          Asked for chat, procedures and agent steps
        </Text>
        <SegmentedControl
          aria-label="Provider"
          value={models.provider}
          disabled={!mayChange || saving}
          onChange={(provider) => change({ provider })}
          data={models.providers.map((each) => ({ value: each.provider, label: each.title }))}
        />
        <Source of={models.provider_source} />
      </div>
      <Group gap="xl" align="flex-start">
        <div>
          <Switch
            label="The other one stands in when it cannot answer"
            checked={models.fallback}
            disabled={!mayChange || saving}
            onChange={(event) => change({ fallback: event.currentTarget.checked })}
          />
          <Source of={models.fallback_source} />
        </div>
        <div>
          <Switch
            label="Models outside may be asked"
            checked={models.outside}
            disabled={!mayChange || saving}
            onChange={(event) => change({ outside: event.currentTarget.checked })}
          />
          <Source of={models.outside_source} />
        </div>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {models.providers.map((each) => (
          // What is typed starts anew once something else is set.
          <OneProvider
            key={`${each.provider} ${each.model} ${each.base_url} ${each.key.updated_at}`}
            provider={each}
            {...form}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function OneProvider({
  provider,
  settings,
  mayChange,
  saving,
  onSave,
}: Form & { provider: ProviderSettings }) {
  const queries = useQueryClient();
  const [model, setModel] = useState(provider.model);
  const [url, setUrl] = useState(provider.base_url);
  const [key, setKey] = useState("");
  const [listing, setListing] = useState(false);
  const listed = useQuery({ ...listedModels(provider.provider), enabled: listing && mayChange });
  const attempt = useMutation({
    mutationFn: () => post<Tried>("/api/v1/settings/provider/test", { provider: provider.provider }),
    onSettled: () =>
      Promise.all(["me", "settings"].map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
  const change = {
    ...(model !== provider.model && { model: model.trim() || null }),
    ...(url !== provider.base_url && { base_url: url.trim() || null }),
    ...(key.trim() !== "" && { key: key.trim() }),
  };
  const changed = Object.keys(change).length > 0;
  const save = (of: SettingsChange["openai"]) => {
    attempt.reset();
    onSave({ [provider.provider]: of })
      .then(() => queries.invalidateQueries({ queryKey: ["models", provider.provider] }))
      .catch(() => undefined); // shown where all changes report
  };
  const title = provider.title;
  return (
    <Stack
      gap="sm"
      component="form"
      role="group"
      aria-label={title}
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (changed) save(change);
      }}
    >
      <Title order={4}>
        {title}
        {settings.models.provider === provider.provider ? (
          <Text span size="sm" c="dimmed" fw={400}>
            {" – asked first"}
          </Text>
        ) : null}
      </Title>
      <div>
        <Autocomplete
          label={`Model of ${title}`}
          description={listed.data ? `${listed.data.items.length} listed by the provider` : undefined}
          placeholder={provider.default_model}
          value={model}
          disabled={!mayChange}
          onChange={setModel}
          onFocus={() => setListing(true)}
          data={listed.data?.items.map((each) => each.name) ?? []}
          limit={50}
        />
        <Source of={provider.model_source} />
        {listed.error ? (
          <Text size="xs" c="orange">
            Models cannot be listed: {listed.error.message}
          </Text>
        ) : null}
      </div>
      <div>
        <TextInput
          label={`Address of ${title}`}
          description="Another server that speaks the same dialect may stand here; empty goes back"
          value={url}
          disabled={!mayChange}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Source of={provider.base_url_source} />
      </div>
      <div>
        <PasswordInput
          label={`Key of ${title}`}
          placeholder={held(provider)}
          value={key}
          disabled={!mayChange}
          autoComplete="off"
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Source of={provider.key.source} variable={provider.key_variable} />
        {provider.key.unreadable ? (
          <Text size="xs" c="red">
            What opens the key that was set here is missing: set it again.
          </Text>
        ) : null}
        {provider.key.updated_at ? (
          <Text size="xs" c="dimmed">
            by {provider.key.updated_by}, <When time={provider.key.updated_at} />
          </Text>
        ) : null}
      </div>
      {mayChange ? (
        <Group gap="xs">
          <Button type="submit" size="xs" disabled={!changed} loading={saving} aria-label={`Save ${title}`}>
            Save
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`Test ${title}`}
            disabled={changed}
            loading={attempt.isPending}
            onClick={() => attempt.mutate()}
          >
            Test
          </Button>
          {provider.key.updated_at ? (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              aria-label={`Clear the key of ${title}`}
              onClick={() => save({ key: null })}
            >
              Clear the key
            </Button>
          ) : null}
        </Group>
      ) : null}
      <div role="status">{attempt.data ? <Outcome tried={attempt.data} /> : null}</div>
      <Refusal error={attempt.error} />
    </Stack>
  );
}

function held(provider: ProviderSettings): string {
  if (!provider.key.set) return "not set";
  return provider.key.last4 ? `••••${provider.key.last4}` : "••••";
}

function Outcome({ tried }: { tried: Tried }) {
  const cost = tried.cost_usd === null ? "" : ` · $${tried.cost_usd.toFixed(6)}`;
  return (
    <Alert
      color={tried.ok ? (tried.mock ? "grape" : "teal") : "red"}
      title={tried.ok ? `${tried.model} answers${tried.mock ? " (simulated)" : ""}` : "It does not answer"}
    >
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {tried.detail}
      </Text>
      {tried.models !== null ? (
        <Text size="xs" c="dimmed">
          {tried.models} models listed{cost}
        </Text>
      ) : null}
      {tried.hint ? (
        <Text size="sm" c="dimmed">
          {tried.hint}
        </Text>
      ) : null}
    </Alert>
  );
}
