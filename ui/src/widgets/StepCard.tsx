import { Anchor, Box, Collapse, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { Json, Step } from "../api/wire";
import { paths } from "../paths";
import { Facts } from "./Facts";
import { duration } from "./format";
import { Icon } from "./Icon";
import { JsonView } from "./JsonView";
import { ModelTurn } from "./ModelTurn";
import { look } from "./Status";

/** One step: what it was, how it went, and on demand what went in and came out. Failures stand open. */
export function StepCard({ run, step, onBegin }: { run: string; step: Step; onBegin?: () => void }) {
  const [toggled, setToggled] = useState<boolean>();
  const open = toggled ?? step.status === "failed";
  const { color, sign } = look(step.status);
  const call = step.tool ? `${step.tool}.${step.action}` : step.verb;
  return (
    <Box className="step" data-status={step.status} id={step.key}>
      <UnstyledButton onClick={() => setToggled(!open)} aria-expanded={open} w="100%" className="step-head">
        <Group gap={8} wrap="nowrap" align="start">
          <Text span c={`var(--mantine-color-${color}-text)`} lh={1.2} pt={2}>
            <Icon sign={sign} />
          </Text>
          <div>
            <Text size="sm" fw={500} lh={1.35} style={{ overflowWrap: "anywhere" }}>
              {step.title}
            </Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {step.status}
              {call === step.title ? "" : ` · ${call}`} · {duration(step.duration_ms)}
              {step.attempt > 1 ? ` · attempt ${step.attempt}` : ""}
              {step.reused_from ? " · reused" : ""}
            </Text>
            {(step.error ?? step.message) ? (
              <Text
                size="xs"
                c={step.error ? "var(--mantine-color-red-text)" : "dimmed"}
                lineClamp={open ? undefined : 2}
                style={{ overflowWrap: "anywhere" }}
              >
                {step.error ?? step.message}
              </Text>
            ) : null}
          </div>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open}>{open ? <Inside run={run} step={step} onBegin={onBegin} /> : null}</Collapse>
    </Box>
  );
}

function Inside({ run, step, onBegin }: { run: string; step: Step; onBegin?: () => void }) {
  const seen = operands(step.result);
  return (
    <Stack gap={4} mt={6} pl={22}>
      {step.reused_from ? (
        <Text size="xs">
          Done by{" "}
          <Anchor href={`${paths.run(step.reused_from)}#${encodeURIComponent(step.key)}`} size="xs">
            run …{step.reused_from.slice(-12)}
          </Anchor>
          ; this run only uses its result.
        </Text>
      ) : null}
      {seen ? (
        <>
          <Text size="xs" fw={600}>
            {step.status === "failed" ? "What the check saw" : "Seen"}
          </Text>
          <Facts values={seen} />
        </>
      ) : null}
      {step.verb === "model" ? (
        <ModelTurn payload={step.payload} result={step.result} />
      ) : (
        <>
          <Text size="xs" fw={600}>
            Payload
          </Text>
          <JsonView value={step.payload} label="payload" />
          <Text size="xs" fw={600}>
            Result
          </Text>
          <JsonView value={step.result} label="result" />
        </>
      )}
      <Anchor href={`${paths.run(run)}#${encodeURIComponent(step.key)}`} size="xs">
        Link to this step ({step.key})
      </Anchor>
      {onBegin ? (
        <Anchor component="button" type="button" size="xs" ta="left" onClick={onBegin}>
          Run again from this step …
        </Anchor>
      ) : null}
    </Stack>
  );
}

/** The values that stood in a check, by the names that the recipe gives them. */
function operands(result: Json): Record<string, Json> | undefined {
  if (result === null || typeof result !== "object" || Array.isArray(result)) return undefined;
  const seen = result.operands;
  if (seen === null || seen === undefined || typeof seen !== "object" || Array.isArray(seen))
    return undefined;
  return Object.keys(seen).length > 0 ? seen : undefined;
}
