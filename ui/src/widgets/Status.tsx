import { Badge, type BadgeProps } from "@mantine/core";
import { Icon, type Sign } from "./Icon";

const LOOK: Record<string, { color: string; sign: Sign }> = {
  queued: { color: "gray", sign: "clock" },
  running: { color: "blue", sign: "play" },
  waiting: { color: "yellow", sign: "pause" },
  success: { color: "teal", sign: "check" },
  ok: { color: "teal", sign: "check" },
  unproven: { color: "orange", sign: "doubt" },
  failed: { color: "red", sign: "cross" },
  cancelled: { color: "gray", sign: "stop" },
  skipped: { color: "gray", sign: "skip" },
  rolled_back: { color: "teal", sign: "back" },
  rollback_failed: { color: "red", sign: "alert" },
};

/** The sign and colour of a status. */
export function look(status: string): { color: string; sign: Sign } {
  return LOOK[status] ?? { color: "gray", sign: "dot" };
}

/** A status in word, sign and colour; never colour alone. */
export function Status({ value, note, ...rest }: { value: string; note?: string | null } & BadgeProps) {
  const { color, sign } = look(value);
  return (
    <Badge
      color={color}
      variant="light"
      radius="sm"
      leftSection={<Icon sign={sign} size={11} />}
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
  const title = mode === "dry" ? "Dry run: reads only, nothing was changed" : "Against the simulated campus";
  return (
    <Badge color="grape" variant="outline" radius="sm" tt="none" title={title}>
      {mode}
    </Badge>
  );
}
