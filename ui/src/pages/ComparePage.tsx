// Two runs side by side: what went in, how each step went, what was left behind. On a phone one below the other.

import {
  Alert,
  Anchor,
  Badge,
  Breadcrumbs,
  Card,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { comparison, run as runQuery, runs } from "../api/queries";
import type {
  ComparedArtifact,
  ComparedStep,
  ComparedValue,
  Json,
  Run,
  RunComparison,
  RunSummary,
  StepSide,
} from "../api/wire";
import { paths } from "../paths";
import { duration } from "../widgets/format";
import { Refusal } from "../widgets/Refusal";
import { ModeBadge, Status } from "../widgets/Status";
import { When } from "../widgets/When";

const route = getRouteApi("/runs/$id/compare");

export function ComparePage() {
  const { id } = route.useParams();
  const { with: other, all } = route.useSearch();
  const navigate = useNavigate();
  const one = useQuery(runQuery(id));
  const found = useQuery({ ...comparison(id, other ?? ""), enabled: other !== undefined });
  const show = (search: { with?: string; all?: boolean }) =>
    navigate({ to: "/runs/$id/compare", params: { id }, search: { with: other, all, ...search } });
  return (
    <Stack>
      <div>
        <Breadcrumbs mb={4}>
          <Anchor component={Link} to={paths.runs()} size="sm">
            Run Details
          </Anchor>
          <Anchor component={Link} to={paths.run(id)} size="sm">
            {id.slice(-12)}
          </Anchor>
          <Text size="sm">Compare</Text>
        </Breadcrumbs>
        <Title order={1}>Compare runs</Title>
      </div>
      <Refusal error={one.error ?? found.error} />
      {one.data ? <Others run={one.data} other={other} choose={(chosen) => show({ with: chosen })} /> : null}
      {found.data ? (
        <Found found={found.data} all={all === true} setAll={(all) => show({ all: all || undefined })} />
      ) : null}
    </Stack>
  );
}

/** Which run to compare with: its relatives first, then others of the recipe. */
function Others({ run, other, choose }: { run: Run; other?: string; choose: (run: string) => void }) {
  const query = new URLSearchParams({ limit: "50" });
  if (run.recipe_id) query.set("recipe", run.recipe_id);
  else query.set("q", run.recipe);
  const listed = useQuery(runs(query.toString())).data?.items ?? [];
  const label = (id: string, what: string, time: string) =>
    `…${id.slice(-12)} · ${what} · ${new Date(time).toLocaleString()}`;
  const options = new Map<string, string>();
  if (run.again) options.set(run.again.of, `…${run.again.of.slice(-12)} · the run that this one runs again`);
  for (const again of run.again_runs) {
    options.set(again.id, label(again.id, `again, ${again.status}`, again.accepted_at));
  }
  for (const known of listed) {
    if (known.id !== run.id && !options.has(known.id))
      options.set(known.id, label(known.id, `v${known.recipe_version}, ${known.status}`, known.accepted_at));
  }
  if (other && !options.has(other)) options.set(other, `…${other.slice(-12)}`);
  return (
    <Select
      label="With"
      placeholder="Choose a run of the same recipe"
      data={[...options].map(([value, label]) => ({ value, label }))}
      value={other ?? null}
      onChange={(chosen) => chosen && choose(chosen)}
      searchable
      nothingFoundMessage="No other run of this recipe"
      maw={560}
    />
  );
}

function Found({
  found,
  all,
  setAll,
}: {
  found: RunComparison;
  all: boolean;
  setAll: (all: boolean) => void;
}) {
  const differs = (step: ComparedStep) => !step.same_outcome || !step.same_result || !step.same_payload;
  const steps = all ? found.steps : found.steps.filter(differs);
  const different = found.steps.filter(differs).length;
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Head run={found.one} name="One" />
        <Head run={found.other} name="Other" />
      </SimpleGrid>
      {found.same_recipe ? null : <Alert color="orange">They ran different texts of the recipe.</Alert>}
      <Values title="Inputs" values={found.inputs} none="Neither was given any." />
      <Card withBorder component="section" aria-label="Steps">
        <Group justify="space-between" mb="xs">
          <Title order={3}>Steps</Title>
          <Switch
            label={`Show equal steps, too (${found.steps.length - different})`}
            checked={all}
            onChange={(event) => setAll(event.currentTarget.checked)}
          />
        </Group>
        {steps.length === 0 ? (
          <Text size="sm" c="dimmed">
            Every step went in, ended and came out alike.
          </Text>
        ) : (
          <Stack gap="xs">
            {steps.map((step) => (
              <Step key={step.key} step={step} one={found.one.id} other={found.other.id} />
            ))}
          </Stack>
        )}
        {found.left_off > 0 ? (
          <Text size="sm" c="dimmed" mt="xs">
            {found.left_off} more are not shown.
          </Text>
        ) : null}
      </Card>
      <Values title="Outputs" values={found.outputs} none="Neither gave any." />
      <Artifacts artifacts={found.artifacts} />
    </>
  );
}

function Head({ run, name }: { run: RunSummary; name: string }) {
  return (
    <Card withBorder component="section" aria-label={`${name} run`}>
      <Group gap="xs">
        <Anchor component={Link} to={paths.run(run.id)} fw={600}>
          {run.name} …{run.id.slice(-12)}
        </Anchor>
        <Status value={run.status} note={run.waiting_for} />
        <ModeBadge mode={run.mode} />
      </Group>
      <Text size="sm" c="dimmed">
        version {run.recipe_version} · {duration(run.duration_ms)} · <When time={run.accepted_at} /> by{" "}
        {run.requested_by}
      </Text>
      {run.error ? (
        <Text size="sm" c="var(--mantine-color-red-text)" style={{ overflowWrap: "anywhere" }}>
          {run.error.message}
        </Text>
      ) : null}
    </Card>
  );
}

/** What differs first; equal values take one line. */
function Values({ title, values, none }: { title: string; values: ComparedValue[]; none: string }) {
  const sorted = [...values].sort((a, b) => Number(a.same) - Number(b.same));
  return (
    <Card withBorder component="section" aria-label={title}>
      <Title order={3} mb="xs">
        {title}
      </Title>
      {values.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <Stack gap={6}>
          {sorted.map((value) => (
            <div key={value.name}>
              <Group gap={6}>
                <Text size="sm" fw={600}>
                  {value.name}
                </Text>
                <Same same={value.same} />
              </Group>
              {value.same ? (
                <Shown value={value.one} />
              ) : (
                <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={4}>
                  <Shown value={value.one} />
                  <Shown value={value.other} />
                </SimpleGrid>
              )}
            </div>
          ))}
        </Stack>
      )}
    </Card>
  );
}

function Shown({ value }: { value: Json | undefined }) {
  const text =
    value === null || value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  return (
    <Text size="sm" ff="monospace" lineClamp={4} style={{ overflowWrap: "anywhere" }}>
      {text}
    </Text>
  );
}

function Same({ same, label }: { same: boolean; label?: string }) {
  return (
    <Badge size="xs" variant="light" color={same ? "gray" : "orange"} tt="none">
      {label ? `${label} ` : ""}
      {same ? "same" : "differs"}
    </Badge>
  );
}

function Step({ step, one, other }: { step: ComparedStep; one: string; other: string }) {
  return (
    <div>
      <Group gap={6}>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {step.title}
        </Text>
        <Text size="xs" c="dimmed">
          {step.key}
        </Text>
        {step.one && step.other ? (
          <>
            {step.same_outcome ? null : <Same same={false} label="outcome" />}
            {step.same_payload ? null : <Same same={false} label="payload" />}
            <Same same={step.same_result} label="result" />
          </>
        ) : null}
      </Group>
      <SimpleGrid cols={2} spacing={4}>
        <Side side={step.one} run={one} step={step.key} />
        <Side side={step.other} run={other} step={step.key} />
      </SimpleGrid>
    </div>
  );
}

function Side({ side, run, step }: { side: StepSide | null; run: string; step: string }) {
  if (!side) {
    return (
      <Text size="xs" c="dimmed">
        not reached
      </Text>
    );
  }
  return (
    <div>
      <Group gap={6}>
        <Status value={side.status} size="sm" />
        <Anchor href={`${paths.run(run)}#${encodeURIComponent(step)}`} size="xs">
          {side.reused_from ? "reused" : duration(side.duration_ms)}
        </Anchor>
      </Group>
      {side.error ? (
        <Text size="xs" c="var(--mantine-color-red-text)" lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          {side.error}
        </Text>
      ) : null}
    </div>
  );
}

function Artifacts({ artifacts }: { artifacts: ComparedArtifact[] }) {
  return (
    <Card withBorder component="section" aria-label="Artifacts">
      <Title order={3} mb="xs">
        Artifacts
      </Title>
      {artifacts.length === 0 ? (
        <Text size="sm" c="dimmed">
          Neither left anything behind.
        </Text>
      ) : (
        <Stack gap={6}>
          {artifacts.map((artifact) => (
            <div key={artifact.one?.id ?? artifact.other?.id}>
              <Text size="sm">
                {artifact.title}{" "}
                <Text span size="xs" c="dimmed">
                  {artifact.kind} · {artifact.step}
                </Text>
              </Text>
              <SimpleGrid cols={2} spacing={4}>
                <Left side={artifact.one} />
                <Left side={artifact.other} />
              </SimpleGrid>
            </div>
          ))}
        </Stack>
      )}
    </Card>
  );
}

function Left({ side }: { side: ComparedArtifact["one"] }) {
  if (!side) {
    return (
      <Text size="xs" c="dimmed">
        not left behind
      </Text>
    );
  }
  const name = side.external_id ?? "left behind";
  return side.url?.startsWith("http") ? (
    <Anchor href={side.url} target="_blank" rel="noreferrer noopener" size="xs">
      {name}
    </Anchor>
  ) : (
    <Text size="xs">{name}</Text>
  );
}
