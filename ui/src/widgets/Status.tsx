import { Badge, type BadgeProps } from "@mantine/core";

const LOOK: Record<string, { color: string; sign: string }> = {
  queued: { color: "gray", sign: "◌" },
  running: { color: "blue", sign: "▶" },
  waiting: { color: "yellow", sign: "⏸" },
  success: { color: "teal", sign: "✓" },
  ok: { color: "teal", sign: "✓" },
  unproven: { color: "orange", sign: "?" },
  failed: { color: "red", sign: "✕" },
  cancelled: { color: "gray", sign: "⊘" },
  skipped: { color: "gray", sign: "↷" },
  rolled_back: { color: "teal", sign: "↩" },
  rollback_failed: { color: "red", sign: "!" },
};

/** A status in word, sign and colour; never colour alone. */
export function Status({ value, note, ...rest }: { value: string; note?: string | null } & BadgeProps) {
  const look = LOOK[value] ?? { color: "gray", sign: "•" };
  return (
    <Badge
      color={look.color}
      variant="light"
      leftSection={<span aria-hidden>{look.sign}</span>}
      tt="none"
      {...rest}
    >
      {value.replaceAll("_", " ")}
      {note ? ` · ${note}` : ""}
    </Badge>
  );
}

export function ModeBadge({ mode }: { mode: string }) {
  if (mode === "live") return null;
  return (
    <Badge color="grape" variant="outline" tt="none" title="Against the simulated campus">
      {mode}
    </Badge>
  );
}
