import { Text } from "@mantine/core";
import type { SettingSource } from "../api/wire";

/** Where a value comes from, in words. */
export function Source({
  of,
  variable,
  flag,
}: {
  of: SettingSource | null;
  variable?: string;
  flag?: string;
}) {
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {words(of, variable, flag)}
    </Text>
  );
}

function words(of: SettingSource | null, variable?: string, flag?: string): string {
  switch (of) {
    case "workspace":
      return "set here";
    case "environment":
      return `environment${variable ? ` (${variable})` : ""}`;
    case "flag":
      return `set when the program was started${flag ? ` (${flag})` : ""}`;
    case "default":
      return "default";
    case null:
      return variable ? `not set, or ${variable}` : "not set";
  }
}
