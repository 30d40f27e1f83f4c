import {
  Alert,
  Anchor,
  Breadcrumbs,
  Button,
  Card,
  CopyButton,
  Group,
  Modal,
  Stack,
  Table,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ApiError, post } from "../api/client";
import { followRun } from "../api/live";
import { recipes, run } from "../api/queries";
import type { Artifact, Phase, Run, Started, Step } from "../api/wire";
import { Answer } from "../forms/Answer";
import { RunArticle } from "../forms/RunArticle";
import { RunTest } from "../forms/RunTest";
import { RunWithChanges } from "../forms/RunWithChanges";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";
import { duration, size } from "../widgets/format";
import { Icon } from "../widgets/Icon";
import { JsonView } from "../widgets/JsonView";
import { Lanes } from "../widgets/Lanes";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { ModeBadge, Status } from "../widgets/Status";
import { StepCard } from "../widgets/StepCard";
import { When } from "../widgets/When";

const route = getRouteApi("/runs/$id");
const PHASES: Phase[] = ["intake", "plan", "act", "verify", "rollback"];
const OVER = new Set(["success", "unproven", "failed", "cancelled"]);

export function RunPage() {
  const { id } = route.useParams();
  const queries = useQueryClient();
  const found = useQuery(run(id));
  const over = found.data ? OVER.has(found.data.status) : undefined;
  useEffect(() => (over === false ? followRun(queries, id) : undefined), [queries, id, over]);
  if (found.error instanceof ApiError && found.error.problem.status === 404) {
    return (
      <Empty title="There is no such run" why="The link may be cut off, or it belongs to another workspace.">
        <Button component={Link} to={paths.runs()} variant="default">
          Look for it among all runs
        </Button>
      </Empty>
    );
  }
  return (
    <Stack>
      <Refusal error={found.error} />
      {found.data ? <Details run={found.data} /> : null}
    </Stack>
  );
}

function Details({ run }: { run: Run }) {
  const lanes = PHASES.filter(
    (phase) => phase !== "rollback" || run.steps.some((step) => step.phase === "rollback"),
  );
  const isHeld = run.waiting_for === "held";
  // While a run is held, nothing else of it can be answered.
  const waiting = run.steps.filter(
    (step) => step.status === "waiting" && step.gate && (!isHeld || step.gate.reason === "held"),
  );
  return (
    <>
      <Header run={run} />
      {waiting.map((step) =>
        step.gate ? (
          <Answer
            key={step.key}
            run={run.id}
            step={step.key}
            reason={step.gate.reason}
            prompt={step.gate.prompt}
            role={step.gate.role}
            until={step.gate.until}
            schema={step.gate.schema}
            evidence={step.gate.evidence}
          />
        ) : null,
      )}
      {run.error ? <WhyFailed run={run} /> : null}
      <Lanes
        lanes={lanes.map((phase) => {
          const steps = run.steps.filter((step) => step.phase === phase);
          return {
            name: phase,
            note: laneNote(steps),
            content:
              steps.length > 0 ? (
                steps.map((step) => <StepCard key={step.key} run={run.id} step={step} />)
              ) : (
                <Text size="sm" c="dimmed">
                  {OVER.has(run.status) ? "nothing was done here" : "not reached yet"}
                </Text>
              ),
          };
        })}
      />
      <Artifacts artifacts={run.artifacts} />
      <Facts run={run} />
    </>
  );
}

function laneNote(steps: Step[]): string {
  if (steps.length === 0) return "";
  const total = steps.reduce((sum, step) => sum + (step.duration_ms ?? 0), 0);
  return `${steps.length} ${steps.length === 1 ? "step" : "steps"} · ${duration(total)}`;
}

/** How long it took, split into working and waiting. */
function spent(run: Run): string {
  if (run.duration_ms === null) return "";
  if (run.working_ms === null) return `${duration(run.duration_ms)} · `;
  const waited = Math.max(0, run.duration_ms - run.working_ms);
  return `${duration(run.working_ms)} working, ${duration(waited)} waiting · `;
}

/** What happened, in a sentence. */
export function sentence(run: Run): string {
  const who = run.agent ? `${run.agent} ran` : "Ran";
  const what = `${who} “${run.recipe}” version ${run.recipe_version}`;
  switch (run.status) {
    case "success":
      return run.outcome === "not_applicable"
        ? `${what}: not the case that it is for, so it stopped.`
        : `${what}; it worked, and that was verified.`;
    case "unproven":
      return `${what}; the steps were done, but no check proved the result.`;
    case "failed":
      return `${what}; it failed${run.error?.phase ? ` in ${run.error.phase}` : ""}${rollback(run)}.`;
    case "cancelled":
      return `${what}; it was cancelled${rollback(run)}.`;
    case "waiting":
      if (run.waiting_for === "held") return `${what}; it is held since a backup was restored.`;
      return `${what}; it waits for ${run.waiting_for ?? "something"}.`;
    default:
      return `${what}; it is under way.`;
  }
}

function rollback(run: Run): string {
  switch (run.rollback) {
    case "rolled_back":
      return " and was rolled back";
    case "rollback_failed":
      return ", and its rollback failed: somebody must look";
    case "not_needed":
      return "; nothing had been changed";
    default:
      return "";
  }
}

function Header({ run }: { run: Run }) {
  const navigate = useNavigate();
  const slug = useQuery(recipes).data?.items.find((recipe) => recipe.id === run.recipe_id)?.slug;
  const again = useMutation({
    mutationFn: () => post<Started>(`/api/v1/runs/${run.id}/rerun`, { version: "same" }),
    onSuccess: (started) => {
      announce({ title: "Run started", text: `${run.recipe} again`, to: paths.run(started.id) });
      navigate({ to: paths.run(started.id) });
    },
  });
  return (
    <div>
      <Breadcrumbs mb={4}>
        <Anchor component={Link} to={paths.runs()} size="sm">
          Run Details
        </Anchor>
        <Text size="sm">{run.id.slice(-12)}</Text>
      </Breadcrumbs>
      <Group justify="space-between" align="start">
        <div>
          <Group gap="xs">
            <Title order={1}>{run.name}</Title>
            <Status value={run.status} note={run.waiting_for} size="lg" />
            <ModeBadge mode={run.mode} />
          </Group>
          <Text mt={4}>{sentence(run)}</Text>
          <Text size="sm" c="dimmed">
            {spent(run)}started <When time={run.started_at ?? run.accepted_at} /> by {run.requested_by} (
            {run.trigger}) ·{" "}
            {slug ? (
              <Anchor component={Link} to={paths.recipe(slug)} size="sm">
                {run.recipe} v{run.recipe_version}
              </Anchor>
            ) : (
              `${run.recipe} v${run.recipe_version}`
            )}
          </Text>
        </div>
        <Group gap="xs">
          <CopyButton value={location.href}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" onClick={copy}>
                {copied ? "Copied" : "Copy link"}
              </Button>
            )}
          </CopyButton>
          {OVER.has(run.status) ? <RunArticle run={run.id} /> : null}
          {OVER.has(run.status) ? <RunTest run={run.id} slug={slug} /> : null}
          {OVER.has(run.status) && slug ? <RunWithChanges run={run} slug={slug} /> : null}
          {OVER.has(run.status) ? (
            <Button
              size="xs"
              onClick={() => again.mutate()}
              loading={again.isPending}
              disabled={!run.recipe_id}
              title={run.recipe_id ? undefined : "This run came from a text that was not saved"}
            >
              Run again
            </Button>
          ) : (
            <Cancel run={run} />
          )}
        </Group>
      </Group>
      <Refusal error={again.error} />
    </div>
  );
}

function Cancel({ run }: { run: Run }) {
  const queries = useQueryClient();
  const [asking, window] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const cancel = useMutation({
    mutationFn: () =>
      post(`/api/v1/runs/${run.id}/signals`, { kind: "cancel", reason: reason.trim() || undefined }),
    onSuccess: window.close,
    onSettled: () => queries.invalidateQueries({ queryKey: ["run", run.id] }),
  });
  return (
    <>
      <Button size="xs" color="red" variant="light" onClick={window.open}>
        Cancel run
      </Button>
      <Modal opened={asking} onClose={window.close} title={`Cancel “${run.name}”?`}>
        <Stack>
          <Text size="sm">No further step starts. What was done is rolled back as the recipe says.</Text>
          <Textarea
            label="Reason"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <Refusal error={cancel.error} />
          <Button color="red" onClick={() => cancel.mutate()} loading={cancel.isPending}>
            Cancel the run
          </Button>
        </Stack>
      </Modal>
    </>
  );
}

function WhyFailed({ run }: { run: Run }) {
  if (!run.error) return null;
  return (
    <Alert
      color="red"
      title={`Why it ${run.status === "cancelled" ? "was cancelled" : "failed"}`}
      icon={<Icon sign="cross" size={18} />}
    >
      <Text>{run.error.message}</Text>
      {run.error.hint ? <Text c="dimmed">{run.error.hint}</Text> : null}
      {run.error.step ? (
        <Anchor href={`#${encodeURIComponent(run.error.step)}`} size="sm">
          Go to the step
        </Anchor>
      ) : null}
    </Alert>
  );
}

function Artifacts({ artifacts }: { artifacts: Artifact[] }) {
  return (
    <Card withBorder>
      <Title order={3} mb="xs">
        Artifacts
      </Title>
      {artifacts.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing was left behind: no message, ticket or file.
        </Text>
      ) : (
        <Table>
          <Table.Tbody>
            {artifacts.map((artifact) => (
              <Table.Tr key={artifact.id}>
                <Table.Td w={110}>{artifact.kind}</Table.Td>
                <Table.Td>{artifact.title}</Table.Td>
                <Table.Td ff="monospace">{artifact.external_id ?? ""}</Table.Td>
                <Table.Td>
                  {artifact.url?.startsWith("http") ? (
                    <Anchor
                      href={artifact.url}
                      target="_blank"
                      rel="noreferrer noopener"
                      size="sm"
                      style={{ wordBreak: "break-all" }}
                    >
                      {artifact.url}
                    </Anchor>
                  ) : null}
                  {artifact.content ? (
                    <Anchor href={artifact.content.href} download size="sm">
                      Download ({size(artifact.content.bytes)})
                    </Anchor>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

function Facts({ run }: { run: Run }) {
  return (
    <Lanes
      columns={2}
      lanes={[
        { name: "Inputs", content: <JsonView value={run.inputs} label="inputs" /> },
        {
          name: "Outputs and metrics",
          content: <JsonView value={{ outputs: run.outputs, metrics: run.metrics }} label="outputs" />,
        },
      ]}
    />
  );
}
