import { Text } from "@mantine/core";
import { type Json, objectIn } from "../api/wire";

/** What of an agent holds beside its tools: its model, its guardrails, its values for inputs. */
export function AgentSettings({
  model,
  guardrails,
  defaults,
}: {
  model: Json;
  guardrails: Json;
  defaults: Json;
}) {
  const limits = Object.entries(objectIn(guardrails));
  const values = Array.isArray(defaults)
    ? defaults.map(String)
    : Object.entries(objectIn(defaults)).map(([name, value]) => `${name} = ${shown(value)}`);
  return (
    <>
      {typeof model === "string" ? (
        <Text size="sm">
          <b>Model:</b> {model}
        </Text>
      ) : null}
      {limits.length > 0 ? (
        <Text size="sm">
          <b>Guardrails of the agent:</b>{" "}
          {limits.map(([name, value]) => `${name} ${shown(value)}`).join(", ")}
        </Text>
      ) : null}
      {values.length > 0 ? (
        <Text size="sm">
          <b>Inputs from the agent:</b> {values.join(", ")}
        </Text>
      ) : null}
    </>
  );
}

function shown(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
