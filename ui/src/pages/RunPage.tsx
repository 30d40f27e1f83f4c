import { Alert, Anchor, Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { followRun } from "../api/live";
import { run } from "../api/queries";
import { type Artifact, objectIn, type Phase, type Run, type Step } from "../api/wire";
import { Answer } from "../forms/Answer";
import { paths } from "../paths";
import { AgentSettings } from "../widgets/AgentSettings";
import { Empty } from "../widgets/Empty";
import { duration, size } from "../widgets/format";
import { Icon } from "../widgets/Icon";
import { JsonView } from "../widgets/JsonView";
import { Lanes } from "../widgets/Lanes";
import { Refusal } from "../widgets/Refusal";
import { StepCard } from "../widgets/StepCard";
import { OVER, RunHeader } from "./RunHeader";

const route = getRouteApi("/runs/$id");
const PHASES: Phase[] = ["intake", "plan", "act", "verify", "rollback"];

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
  const [again, setAgain] = useState<string>();
  const over = OVER.has(run.status);
  const begin = (step: Step) => (over && isBegun(step) ? () => setAgain(step.key) : undefined);
  return (
    <>
      <RunHeader run={run} again={again} setAgain={setAgain} />
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
      {run.error ? <WhyFailed run={run} retry={over ? setAgain : undefined} /> : null}
      <Lanes
        lanes={lanes.map((phase) => {
          const steps = run.steps.filter((step) => step.phase === phase);
          return {
            name: phase,
            note: laneNote(steps),
            content:
              steps.length > 0 ? (
                steps.map((step) => (
                  <StepCard key={step.key} run={run.id} step={step} onBegin={begin(step)} />
                ))
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

/** Whether a run can begin at the step: plan is checked afresh anyway, and a question about a step is none. */
function isBegun(step: Step): boolean {
  return (
    (step.phase === "act" || step.phase === "verify") && !step.key.includes(":") && step.verb !== "model"
  );
}

function laneNote(steps: Step[]): string {
  if (steps.length === 0) return "";
  const total = steps.reduce((sum, step) => sum + (step.duration_ms ?? 0), 0);
  return `${steps.length} ${steps.length === 1 ? "step" : "steps"} · ${duration(total)}`;
}

function WhyFailed({ run, retry }: { run: Run; retry?: (from: string) => void }) {
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
      {retry ? (
        <Group gap="xs" mt="xs">
          <Button size="compact-xs" variant="light" onClick={() => retry("failed")}>
            Go on from here …
          </Button>
          {run.steps.some((step) => step.status === "failed" && step.key.endsWith("]")) ? (
            <Button size="compact-xs" variant="light" onClick={() => retry("failed_items")}>
              Retry failed items …
            </Button>
          ) : null}
        </Group>
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
  const ofAgent = objectIn(run.meta.agent_settings ?? null);
  return (
    <>
      {Object.keys(ofAgent).length > 0 ? (
        <Card withBorder component="section" aria-label="From the agent">
          <AgentSettings
            model={ofAgent.model ?? null}
            guardrails={ofAgent.guardrails ?? null}
            defaults={ofAgent.defaults ?? null}
          />
        </Card>
      ) : null}
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
    </>
  );
}
