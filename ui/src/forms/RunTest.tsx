// A finished run as the draft of a test of its recipe: looked at, downloaded, or added to the recipe's tests.

import { Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { post } from "../api/client";
import { runTest } from "../api/queries";
import type { SavedTests } from "../api/wire";
import { paths } from "../paths";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

export function RunTest({ run, slug }: { run: string; slug: string | undefined }) {
  const [open, window] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={window.open}>
        Make recipe test
      </Button>
      <Modal opened={open} onClose={window.close} title="Test of the recipe, as this run went" size="xl">
        {open ? <Draft run={run} slug={slug} /> : null}
      </Modal>
    </>
  );
}

function Draft({ run, slug }: { run: string; slug: string | undefined }) {
  const found = useQuery(runTest(run));
  const queries = useQueryClient();
  const draft = found.data;
  const save = useMutation({
    mutationFn: () => post<SavedTests>(`/api/v1/runs/${run}/test`),
    onSuccess: (kept) => {
      queries.invalidateQueries({ queryKey: ["recipe", slug] });
      const to = slug ? paths.recipe(slug) : undefined;
      announce({ title: "Test added", text: `${kept.recipe} has ${kept.tests.length} tests now`, to });
    },
  });
  if (!draft) return <Refusal error={found.error} />;
  return (
    <Stack>
      <List size="sm" c="dimmed">
        {draft.notes.map((note) => (
          <List.Item key={note}>{note}</List.Item>
        ))}
      </List>
      <pre className="source">{draft.yaml}</pre>
      <Refusal error={save.error} />
      <Group>
        <Button
          loading={save.isPending}
          disabled={!slug || save.isSuccess}
          title={slug ? undefined : "The run came from a text, not from a saved recipe"}
          onClick={() => save.mutate()}
        >
          {save.isSuccess ? "Added" : "Add to the recipe's tests"}
        </Button>
        <Button
          variant="default"
          component="a"
          href={`data:application/yaml;charset=utf-8,${encodeURIComponent(draft.yaml)}`}
          download={draft.file}
        >
          Download
        </Button>
      </Group>
      {save.isSuccess ? <Text size="sm">Its page shows the tests and runs them.</Text> : null}
    </Stack>
  );
}
