// A finished run as the draft of a knowledge article: looked at, copied, or saved in ServiceNow as a draft.

import { Anchor, Button, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { post } from "../api/client";
import { runArticle } from "../api/queries";
import type { ActionReply } from "../api/wire";
import { JsonView } from "../widgets/JsonView";
import { Refusal } from "../widgets/Refusal";

export function RunArticle({ run }: { run: string }) {
  const [open, window] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={window.open}>
        Make KB article
      </Button>
      <Modal opened={open} onClose={window.close} title="Knowledge article about this run" size="xl">
        {open ? <Draft run={run} /> : null}
      </Modal>
    </>
  );
}

function Draft({ run }: { run: string }) {
  const found = useQuery(runArticle(run));
  const article = found.data;
  const save = useMutation({
    mutationFn: () =>
      post<ActionReply>("/api/v1/tools/action", {
        tool: "servicenow",
        action: "create_kb",
        args: { title: article?.title, html: article?.html, tags: article?.tags },
      }),
  });
  const kept = save.data?.artifacts[0];
  if (!article) return <Refusal error={found.error} />;
  return (
    <Stack>
      <Text fw={600}>{article.title}</Text>
      {/* The frame runs nothing and reaches nothing: what is in it is looked at only. */}
      <iframe className="article" title="Preview of the article" sandbox="" srcDoc={article.html} />
      <details>
        <summary>HTML</summary>
        <JsonView value={article.html} label="HTML" />
      </details>
      {save.data && !save.data.ok ? (
        <Text size="sm" c="red">
          {save.data.error}
        </Text>
      ) : null}
      {kept ? (
        <Text size="sm">
          Saved as a draft:{" "}
          {kept.url ? (
            <Anchor href={kept.url} target="_blank" rel="noreferrer">
              {kept.title}
            </Anchor>
          ) : (
            kept.title
          )}
        </Text>
      ) : null}
      <Refusal error={save.error} />
      <Group>
        <Button loading={save.isPending} disabled={kept !== undefined} onClick={() => save.mutate()}>
          Save in ServiceNow as a draft
        </Button>
        <CopyButton value={article.html}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy HTML"}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
