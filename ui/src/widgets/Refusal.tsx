import { Alert, List, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { ApiError } from "../api/client";

/** An error where it happened: what, and how to go on. */
export function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <Alert color="red" title={problem?.title ?? "This did not work"} role="alert">
      <Text size="sm">{error instanceof Error ? error.message : String(error)}</Text>
      {problem?.hint ? (
        <Text size="sm" c="dimmed">
          {problem.hint}
        </Text>
      ) : null}
      {problem?.diagnostics?.length ? (
        <List size="sm" mt="xs">
          {problem.diagnostics.map((finding) => (
            <List.Item key={`${finding.code}:${finding.line}:${finding.column}`}>
              line {finding.line}: {finding.message}
            </List.Item>
          ))}
        </List>
      ) : null}
    </Alert>
  );
}

/** An error of something that has no place of its own on the page. */
export function toastError(error: unknown) {
  const hint = error instanceof ApiError ? error.problem.hint : undefined;
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({ color: "red", title: message, message: hint ?? "", autoClose: 10_000 });
}
