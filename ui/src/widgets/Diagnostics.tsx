// The four troubles of the runbook as live checks, each with its mending.

import { Anchor, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ask, post } from "../api/client";
import { me, recipes, runs, setup } from "../api/queries";
import type { Health, Settings } from "../api/wire";
import { paths } from "../paths";
import { Icon } from "./Icon";
import { Refusal } from "./Refusal";
import { SupportBundle } from "./SupportBundle";

export function Diagnostics() {
  const mayManage = useQuery(me).data?.permissions.includes("manage_workspace") ?? false;
  return (
    <Card withBorder component="section" aria-label="Diagnostics">
      <Title order={2} size="h4" mb="xs">
        Something is wrong?
      </Title>
      <Stack gap="sm">
        <RunsRecorded />
        <ModelAgrees />
        <ToolsAnswer />
        <RecipesAreValid />
        {mayManage ? <SupportBundle /> : null}
      </Stack>
    </Card>
  );
}

function Check({ ok, title, children }: { ok: boolean | undefined; title: string; children: ReactNode }) {
  const [sign, color] =
    ok === undefined
      ? (["dot", "dimmed"] as const)
      : ok
        ? (["check", "teal"] as const)
        : (["alert", "orange"] as const);
  return (
    <Group align="flex-start" gap="xs" wrap="nowrap">
      <Text span c={color} aria-label={ok === undefined ? "not checked" : ok ? "fine" : "look here"}>
        <Icon sign={sign} />
      </Text>
      <div>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="sm" component="div">
          {children}
        </Text>
      </div>
    </Group>
  );
}

/** Runs not visible: a run is on disk before anybody is told that it was accepted. */
function RunsRecorded() {
  const store = useQuery(setup).data?.health.find((each) => each.name === "store");
  const latest = useQuery(runs("limit=1")).data?.items[0];
  return (
    <Check ok={store?.ok} title="Runs are not visible">
      Every run is on disk before it is accepted, and the store {store?.ok === false ? "fails" : "answers"}
      {store ? `: ${store.detail}.` : "."}{" "}
      {latest ? (
        <>
          The latest is{" "}
          <Anchor component={Link} to={paths.run(latest.id)} inherit>
            {latest.name}
          </Anchor>
          .{" "}
        </>
      ) : (
        "No run was started yet. "
      )}
      <Anchor component={Link} to={paths.runs()} inherit>
        All runs, without any filter
      </Anchor>
    </Check>
  );
}

/** The model toggle does not change: one value, shown everywhere. */
function ModelAgrees() {
  const model = useQuery(me).data?.model;
  const ok = model ? !["failing", "no_key"].includes(model.state) : undefined;
  return (
    <Check ok={ok} title="The model does not change">
      {model ? `In effect on every page: ${model.title} ${model.model}; ${model.detail}.` : ""}{" "}
      {model?.hint ?? ""}{" "}
      <Anchor component={Link} to={paths.settings()} inherit>
        Settings
      </Anchor>
    </Check>
  );
}

/** Tools fail or time out: health before action, or mock mode. */
function ToolsAnswer() {
  const queries = useQueryClient();
  const who = useQuery(me).data;
  const check = useMutation({
    mutationFn: () => post<Record<string, Health>>("/api/v1/tools/check"),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tools"] }),
  });
  const mock = useMutation({
    mutationFn: () => ask<Settings>("PATCH", "/api/v1/settings", { mock: true }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const unwell = Object.entries(check.data ?? {}).filter(([, health]) => !health.ok);
  return (
    <Check ok={check.data ? unwell.length === 0 : undefined} title="Tools fail or time out">
      <Group gap="xs">
        <Button size="compact-xs" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          Check all
        </Button>
        {who?.mock ? (
          <Text span inherit>
            Mock mode is on: the simulated campus answers.
          </Text>
        ) : (
          <Button size="compact-xs" variant="default" loading={mock.isPending} onClick={() => mock.mutate()}>
            Switch to mock mode
          </Button>
        )}
      </Group>
      {check.data && unwell.length === 0 ? "All tools are well." : null}
      {unwell.map(([name, health]) => (
        <div key={name}>
          <Anchor component={Link} to={paths.tool(name)} inherit>
            {name}
          </Anchor>
          : {health.detail}
        </div>
      ))}
      <Refusal error={check.error ?? mock.error} />
    </Check>
  );
}

/** Recipe schema errors: to the editor, where each stands at its line. */
function RecipesAreValid() {
  const found = useQuery(recipes).data?.items;
  const faulty = (found ?? []).filter((recipe) => recipe.errors > 0);
  return (
    <Check ok={found ? faulty.length === 0 : undefined} title="A recipe has errors">
      {faulty.length === 0 ? "No recipe has errors with the tools that are there now." : null}
      {faulty.map((recipe) => (
        <div key={recipe.id}>
          <Anchor component={Link} to={paths.recipe(recipe.slug)} inherit>
            {recipe.name}
          </Anchor>
          : {recipe.errors} errors, shown at their lines in the editor
        </div>
      ))}
    </Check>
  );
}
