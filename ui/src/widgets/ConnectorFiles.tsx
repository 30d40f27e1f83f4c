// The folder of connectors: what became of each file, and what waits to be approved.

import { Alert, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { post } from "../api/client";
import { connectorFiles } from "../api/queries";
import type { ConnectorFile, Page } from "../api/wire";
import { Refusal } from "./Refusal";

/** What stands in the way of files in `connectors/`, and those that somebody has to look at; nothing while all are tools. */
export function ConnectorFiles({ mayManage }: { mayManage: boolean }) {
  const queries = useQueryClient();
  const files = useQuery(connectorFiles).data?.items ?? [];
  const became = files.map((file) => `${file.file}:${file.standing}:${file.tool}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file that became another thing changes the list of tools
  useEffect(() => {
    queries.invalidateQueries({ queryKey: ["tools"] });
  }, [became]);
  const open = files.filter((file) => file.standing !== "active");
  if (open.length === 0) return null;
  return (
    <Card withBorder component="section" aria-label="Files in connectors">
      <Title order={2} size="h4" mb="xs">
        Files in connectors/
      </Title>
      <Stack gap="sm">
        {open.map((file) =>
          file.standing === "waiting" ? (
            <Waiting key={file.file} file={file} mayManage={mayManage} />
          ) : (
            <Refused key={file.file} file={file} />
          ),
        )}
      </Stack>
    </Card>
  );
}

function Refused({ file }: { file: ConnectorFile }) {
  const place = [file.problem?.line, file.problem?.column].filter(Boolean).map((at) => `:${at}`);
  const where = file.file === "connectors" ? "connectors/" : `connectors/${file.file}${place.join("")}`;
  return (
    <Alert color="red" title={where} role="group" aria-label={file.file}>
      <Text size="sm">{file.problem?.message}</Text>
      {file.problem?.help ? (
        <Text size="sm" c="dimmed">
          {file.problem.help}
        </Text>
      ) : null}
    </Alert>
  );
}

function Waiting({ file, mayManage }: { file: ConnectorFile; mayManage: boolean }) {
  const queries = useQueryClient();
  const approve = useMutation({
    mutationFn: () =>
      post<Page<ConnectorFile>>(`/api/v1/connector-files/${encodeURIComponent(file.file)}/approval`, {
        hash: file.hash,
      }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["connector-files"] });
      queries.invalidateQueries({ queryKey: ["tools"] });
    },
  });
  const by = file.transport;
  return (
    <Alert color="orange" title={`connectors/${file.file}`} role="group" aria-label={file.file}>
      <Text size="sm">
        Describes the MCP server <b>{file.tool}</b>. Nothing is started and nothing connected to before
        somebody who manages tools has approved how it is reached.
      </Text>
      {by ? (
        <Text size="sm" ff="monospace" mt={4} style={{ overflowWrap: "anywhere" }}>
          {"url" in by ? by.url : [by.command, ...by.args].join(" ")}
          {"env" in by && by.env.length > 0 ? ` · with ${by.env.join(", ")}` : ""}
        </Text>
      ) : null}
      <Refusal error={approve.error} />
      {mayManage ? (
        <Group mt="xs">
          <Button size="xs" loading={approve.isPending} onClick={() => approve.mutate()}>
            Approve
          </Button>
        </Group>
      ) : null}
    </Alert>
  );
}
