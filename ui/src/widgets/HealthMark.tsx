import { Badge } from "@mantine/core";
import type { Health } from "../api/wire";
import { Icon } from "./Icon";

/** Green, red, or not asked yet; in words too. */
export function HealthMark({ health }: { health: Health | null }) {
  const [color, sign, text] = !health
    ? (["gray", "dot", "not asked yet"] as const)
    : health.ok
      ? (["teal", "check", "ok"] as const)
      : (["red", "cross", "not well"] as const);
  return (
    <Badge
      color={color}
      variant="light"
      tt="none"
      className="whole"
      leftSection={<Icon sign={sign} size={11} />}
    >
      {text}
    </Badge>
  );
}
