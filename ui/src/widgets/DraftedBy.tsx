import { Badge, Group, List, Text } from "@mantine/core";
import type { SopEngine, SopWork } from "../api/wire";

/** Who drafted a recipe out of a procedure, what that took, and what had to be put right. */
export function DraftedBy({
  engine,
  reason,
  work,
}: {
  engine: SopEngine;
  reason?: string | null;
  work?: SopWork | null;
}) {
  return (
    <div>
      <Group gap={6}>
        <Badge variant="light" color={engine === "model" ? "blue" : "gray"} size="sm" tt="none">
          {engine === "model" ? "drafted by a model" : "drafted by rules"}
        </Badge>
        {work ? (
          <Text size="xs" c="dimmed">
            {work.mock ? "simulated " : ""}
            {work.provider} {work.model}, {work.rounds === 1 ? "one round" : `${work.rounds} rounds`},{" "}
            {(work.input_tokens + work.output_tokens).toLocaleString()} tokens
            {work.cost_usd == null ? "" : `, $${work.cost_usd.toFixed(4)}`}
          </Text>
        ) : null}
        {reason ? (
          <Text size="xs" c="dimmed">
            {reason}
          </Text>
        ) : null}
      </Group>
      {work && work.mended.length > 0 ? (
        <details>
          <summary>
            <Text span size="xs">
              {work.mended.length} points of the model's draft did not hold and were put right
            </Text>
          </summary>
          <List size="xs" spacing={2}>
            {work.mended.map((said) => (
              <List.Item key={said}>{said}</List.Item>
            ))}
          </List>
        </details>
      ) : null}
    </div>
  );
}
