// What running again would do with each step, and what somebody must say first.

import { Alert, Badge, Group, List, ScrollArea, SegmentedControl, Stack, Text } from "@mantine/core";
import type { AgainAnswer, Foreseen, RerunPreview } from "../api/wire";
import { Icon } from "../widgets/Icon";

interface Props {
  preview: RerunPreview;
  answers: Record<string, AgainAnswer>;
  answer: (step: string, as: AgainAnswer["as"]) => void;
}

const FATE = {
  reused: { label: "reused", color: "teal" },
  again: { label: "to do", color: "blue" },
  in_doubt: { label: "in doubt", color: "orange" },
} as const;

export function RerunOutlook({ preview, answers, answer }: Props) {
  const doubts = new Map<string, string>();
  for (const step of preview.steps) if (step.fate === "in_doubt") doubts.set(step.key, step.title);
  for (const refusal of preview.refusals) {
    if (refusal.step && refusal.hint?.includes("answers")) {
      doubts.set(refusal.step, doubts.get(refusal.step) ?? refusal.step);
    }
  }
  for (const key of Object.keys(answers)) doubts.set(key, doubts.get(key) ?? key);
  const others = preview.refusals.filter((refusal) => !refusal.step || !doubts.has(refusal.step));
  return (
    <Stack gap="sm" component="section" aria-label="What will be done">
      <Text size="sm">
        {preview.reused === 0 ? "Nothing is reused" : `${count(preview.reused)} reused`},{" "}
        {count(preview.again)} to do. Plan is always checked afresh.
      </Text>
      {[...doubts].map(([key, title]) => (
        <Alert key={key} color="orange" title={`Did it happen: ${title}?`}>
          <Text size="sm" mb="xs">
            Nobody knows whether {key} stands. Look, and say so.
          </Text>
          <SegmentedControl
            aria-label={`Did ${key} happen?`}
            size="xs"
            value={answers[key]?.as ?? ""}
            onChange={(value) => answer(key, value as AgainAnswer["as"])} // one of the three below
            data={[
              { value: "happened", label: "It happened" },
              { value: "repeat", label: "Do it again" },
              { value: "skip", label: "Go on without it" },
            ]}
          />
        </Alert>
      ))}
      {others.length > 0 ? (
        <Alert color="red" title="This cannot be done so" role="alert" icon={<Icon sign="cross" size={18} />}>
          <List size="sm">
            {others.map((refusal) => (
              <List.Item key={`${refusal.step}:${refusal.message}`}>
                {refusal.step ? `${refusal.step}: ` : ""}
                {refusal.message}
                {refusal.hint ? <Text c="dimmed">{refusal.hint}</Text> : null}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      <ScrollArea.Autosize mah={220} type="auto">
        <Stack gap={4}>
          {preview.steps.map((step) => (
            <Row key={step.key} step={step} />
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function Row({ step }: { step: Foreseen }) {
  const fate = FATE[step.fate];
  return (
    <Group gap={8} wrap="nowrap" align="start">
      <Badge size="sm" variant="light" color={fate.color} tt="none" style={{ flex: "none" }} w={72}>
        {fate.label}
      </Badge>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {step.title}{" "}
        <Text span size="xs" c="dimmed">
          {step.key}
          {step.why ? ` · ${step.why}` : ""}
        </Text>
      </Text>
    </Group>
  );
}

function count(steps: number): string {
  return steps === 1 ? "1 step" : `${steps} steps`;
}
