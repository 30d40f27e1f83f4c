import { Badge, type BadgeProps } from "@mantine/core";

const COLORS = { read: "teal", write: "blue", destructive: "red" } as const;

/** What an action does to the world, in word and colour. */
export function EffectBadge({ effect, ...rest }: { effect: keyof typeof COLORS } & BadgeProps) {
  return (
    <Badge variant="light" color={COLORS[effect]} tt="none" {...rest}>
      {effect}
    </Badge>
  );
}
