// The head of a run: what it is, what happened in a sentence, and what can be done with it.

import {
  Anchor,
  Breadcrumbs,
  Button,
  CopyButton,
  Group,
  Modal,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../api/client";
import { recipes } from "../api/queries";
import type { Run } from "../api/wire";
import { PauseRun } from "../forms/PauseRun";
import { RunAgain } from "../forms/RunAgain";
import { RunArticle } from "../forms/RunArticle";
import { RunTest } from "../forms/RunTest";
import { paths } from "../paths";
import { duration } from "../widgets/format";
import { Refusal } from "../widgets/Refusal";
import { ModeBadge, Status } from "../widgets/Status";
import { When } from "../widgets/When";

/** Statuses in which nothing more happens. */
export const OVER = new Set(["success", "unproven", "failed", "cancelled"]);

interface Props {
  run: Run;
  /** Where the dialog to run again begins; closed when absent. */
  again: string | undefined;
  setAgain: (from: string | undefined) => void;
}

export function RunHeader({ run, again, setAgain }: Props) {
  const slug = useQuery(recipes).data?.items.find((recipe) => recipe.id === run.recipe_id)?.slug;
  const over = OVER.has(run.status);
  const others = over || !run.steps.some((step) => step.verb === "pause" && step.status === "waiting");
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
            <Status
              value={run.status}
              note={others || run.status === "waiting" ? run.waiting_for : "pausing"}
              size="lg"
            />
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
          <Relatives run={run} />
        </div>
        <Group gap="xs">
          <CopyButton value={location.href}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" onClick={copy}>
                {copied ? "Copied" : "Copy link"}
              </Button>
            )}
          </CopyButton>
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => (
              <Link to="/runs/$id/compare" params={{ id: run.id }} search={{ with: other(run) }} {...props} />
            )}
          >
            Compare
          </Button>
          {over ? <RunArticle run={run.id} /> : null}
          {over ? <RunTest run={run.id} slug={slug} /> : null}
          {over ? null : <PauseRun run={run} />}
          {over ? (
            <Button size="xs" onClick={() => setAgain(usualStart(run))}>
              Run again …
            </Button>
          ) : (
            <Cancel run={run} />
          )}
        </Group>
      </Group>
      {again !== undefined ? (
        <RunAgain key={again} run={run} slug={slug} from={again} onClose={() => setAgain(undefined)} />
      ) : null}
    </div>
  );
}

/** Where people most often begin: where it failed, unless that was before anything was done. */
function usualStart(run: Run): string {
  const done = run.steps.some((step) => step.phase === "act" && step.status === "ok");
  const taken = run.again_runs.some((other) => other.from !== "start" && other.mode !== "dry");
  return run.status === "failed" && done && !taken ? "failed" : "start";
}

/** The run that this one is most usefully compared with. */
function other(run: Run): string | undefined {
  return run.again?.of ?? run.again_runs[0]?.id;
}

function Relatives({ run }: { run: Run }) {
  if (!run.again && run.again_runs.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {run.again ? (
        <>
          Runs{" "}
          <Anchor component={Link} to={paths.run(run.again.of)} size="sm">
            …{run.again.of.slice(-12)}
          </Anchor>{" "}
          again {where(run.again.from)}
          {run.again_runs.length > 0 ? " · " : null}
        </>
      ) : null}
      {run.again_runs.length > 0 ? "run again as " : null}
      {run.again_runs.slice(0, 5).map((again, index) => (
        <span key={again.id}>
          {index > 0 ? ", " : null}
          <Anchor component={Link} to={paths.run(again.id)} size="sm">
            …{again.id.slice(-12)}
          </Anchor>{" "}
          ({again.status}, {where(again.from)})
        </span>
      ))}
      {run.again_runs.length > 5 ? ` and ${run.again_runs.length - 5} more` : null}
    </Text>
  );
}

function where(from: string): string {
  switch (from) {
    case "start":
      return "from the start";
    case "failed":
      return "from where it failed";
    case "failed_items":
      return "for the failed items";
    default:
      return `from ${from}`;
  }
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
      if (run.waiting_for === "paused") return `${what}; it is paused until somebody resumes it.`;
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
