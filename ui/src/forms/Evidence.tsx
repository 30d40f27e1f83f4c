// What a decision is about: the calls that would be made, in reading form, and everything else on demand.

import { Button, Code, Collapse, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type Json, objectIn } from "../api/wire";
import { Facts } from "../widgets/Facts";
import { JsonView } from "../widgets/JsonView";

export function Evidence({ value }: { value: Json }) {
  const [open, all] = useDisclosure(false);
  const calls = callsIn(value);
  return (
    <Stack gap={6}>
      {calls.length > 0 ? (
        <Text size="sm" c="dimmed">
          After your yes, {calls.length === 1 ? "this call is" : "these calls are"} made, exactly as shown:
        </Text>
      ) : null}
      {calls.map((call) => (
        <Paper key={call.name} withBorder p="xs">
          <Code fz="sm">{call.name}</Code>
          <Facts values={call.args} />
          {call.undo === undefined ? null : (
            <Text size="xs" c="dimmed" mt={4}>
              {call.undo === null
                ? `Nothing puts it back by itself${whyNot(value)}.`
                : `Put back by ${call.undo} if the run fails later.`}
            </Text>
          )}
        </Paper>
      ))}
      {calls.length > 0 ? (
        <>
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={all.toggle}
            aria-expanded={open}
            style={{ alignSelf: "start" }}
          >
            {open ? "Hide" : "Show"} everything that was known
          </Button>
          <Collapse expanded={open}>
            <JsonView value={value} label="evidence" />
          </Collapse>
        </>
      ) : (
        <JsonView value={value} label="evidence" />
      )}
    </Stack>
  );
}

interface Call {
  name: string;
  args: { [key: string]: Json };
  /** What puts it back; null where nothing does, undefined where nobody said. */
  undo: string | null | undefined;
}

/** The author's reason for a recipe without a rollback. */
function whyNot(value: Json): string {
  const reason = objectIn(value).no_rollback_reason;
  return typeof reason === "string" ? `: ${reason}` : "";
}

function callsIn(value: Json): Call[] {
  const calls = objectIn(value).calls;
  if (!Array.isArray(calls)) return [];
  return calls.map((call) => {
    const { tool, action, step, args, as_written, undo } = objectIn(call);
    return {
      name: tool ? `${tool}.${action}` : String(step),
      args: objectIn(args ?? as_written),
      undo: typeof undo === "string" || undo === null ? undo : undefined,
    };
  });
}
