import { Anchor, Badge, Collapse, Group, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { Step } from "../api/types";
import { paths } from "../paths";
import { duration } from "./format";
import { JsonView } from "./JsonView";
import { Status } from "./Status";

/** One step: what it was, how it went, and on demand what went in and came out. Failures stand open. */
export function StepCard({ run, step }: { run: string; step: Step }) {
  const [toggled, setToggled] = useState<boolean>();
  const open = toggled ?? step.status === "failed";
  return (
    <Paper
      className="step"
      data-status={step.status}
      id={step.key}
      p={6}
      bg="var(--mantine-color-default-hover)"
    >
      <UnstyledButton onClick={() => setToggled(!open)} aria-expanded={open} w="100%">
        <Group justify="space-between" gap={6} wrap="nowrap" align="start">
          <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
            {step.title}
          </Text>
          <Status value={step.status} size="sm" style={{ flexShrink: 0 }} />
        </Group>
        <Group gap={6}>
          <Text size="xs" c="dimmed">
            {step.tool ? `${step.tool}.${step.action}` : step.verb} · {duration(step.duration_ms)}
          </Text>
          {step.attempt > 1 ? (
            <Badge size="xs" color="orange" variant="light" tt="none">
              attempt {step.attempt}
            </Badge>
          ) : null}
        </Group>
        {(step.error ?? step.message) ? (
          <Text
            size="xs"
            c={step.error ? "red" : "dimmed"}
            lineClamp={open ? undefined : 2}
            style={{ overflowWrap: "anywhere" }}
          >
            {step.error ?? step.message}
          </Text>
        ) : null}
      </UnstyledButton>
      <Collapse expanded={open}>
        <Stack gap={4} mt={6}>
          <Text size="xs" fw={600}>
            In
          </Text>
          <JsonView value={step.payload} label="payload" />
          <Text size="xs" fw={600}>
            Out
          </Text>
          <JsonView value={step.result} label="result" />
          <Anchor href={`${paths.run(run)}#${CSS.escape(step.key)}`} size="xs">
            Link to this step ({step.key})
          </Anchor>
        </Stack>
      </Collapse>
    </Paper>
  );
}
