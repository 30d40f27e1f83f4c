// A dry run of the text in the editor as it stands, saved or not. What is saved stays as it is.

import { Alert, Anchor, Button, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followRun } from "../api/live";
import { run as runQuery } from "../api/queries";
import { OVER, sentence } from "../pages/RunHeader";
import { paths } from "../paths";
import { Refusal } from "../widgets/Refusal";
import { Status } from "../widgets/Status";

export function DraftRun({ id, close }: { id: string; close: () => void }) {
  const queries = useQueryClient();
  const found = useQuery(runQuery(id));
  const over = found.data ? OVER.has(found.data.status) : undefined;
  useEffect(() => (over === false ? followRun(queries, id) : undefined), [queries, id, over]);
  const run = found.data;
  return (
    <Alert color="grape" variant="light" title="Dry run of this text" aria-label="Dry run of this text">
      <Refusal error={found.error} />
      {run ? (
        <>
          <Group gap="xs">
            <Status value={run.status} note={run.waiting_for} />
            <Text size="sm">{sentence(run)}</Text>
          </Group>
          {run.error ? (
            <Text size="sm" c="var(--mantine-color-red-text)" style={{ overflowWrap: "anywhere" }}>
              {run.error.step ? `${run.error.step}: ` : ""}
              {run.error.message}
            </Text>
          ) : null}
        </>
      ) : null}
      <Group gap="sm" mt={6}>
        <Anchor href={paths.run(id)} target="_blank" size="sm">
          Open the run in another tab
        </Anchor>
        <Button size="compact-xs" variant="default" onClick={close}>
          Close
        </Button>
      </Group>
    </Alert>
  );
}
