// The problems of a text: each leads to its line, and its code to its manual page.

import { Anchor, Badge, Card, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explanation } from "../api/queries";
import type { Finding } from "../api/wire";
import { Icon } from "../widgets/Icon";
import { Refusal } from "../widgets/Refusal";

export function RecipeProblems({ findings, goTo }: { findings: Finding[]; goTo: (line: number) => void }) {
  const [code, setCode] = useState<string>();
  if (findings.length === 0) {
    return (
      <Text size="sm" c="var(--mantine-color-teal-text)" role="status">
        <Icon sign="check" /> No problems
      </Text>
    );
  }
  return (
    <Card withBorder padding="xs" component="section" aria-label="Problems">
      {findings.map((finding) => (
        <Group
          key={`${finding.code}:${finding.line}:${finding.column}:${finding.message}`}
          gap="xs"
          wrap="nowrap"
          align="start"
        >
          <Badge
            size="sm"
            color={finding.severity === "error" ? "red" : "yellow"}
            variant="light"
            tt="none"
            style={{ flexShrink: 0 }}
          >
            {finding.severity}
          </Badge>
          <Anchor
            component="button"
            size="sm"
            onClick={() => setCode(finding.code)}
            style={{ flexShrink: 0 }}
          >
            {finding.code}
          </Anchor>
          <Anchor component="button" size="sm" c="inherit" ta="left" onClick={() => goTo(finding.line)}>
            line {finding.line}: {finding.message}
            {finding.help ? (
              <Text span c="dimmed" size="sm">
                {" "}
                – {finding.help}
              </Text>
            ) : null}
          </Anchor>
        </Group>
      ))}
      <Modal opened={code !== undefined} onClose={() => setCode(undefined)} title={code} size="lg">
        {code ? <Explanation code={code} /> : null}
      </Modal>
    </Card>
  );
}

/** The manual page of a code. Its few Markdown forms are shown as text; nothing of it becomes markup. */
function Explanation({ code }: { code: string }) {
  const page = useQuery(explanation(code));
  // Between a fence and the next stands an example, the rest is prose.
  const parts = (page.data?.markdown ?? "").split(/^```.*\n/m);
  return (
    <Stack gap="xs">
      <Refusal error={page.error} />
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <Code key={part} block>
            {part}
          </Code>
        ) : (
          <Text key={part} size="sm" style={{ whiteSpace: "pre-line" }}>
            {part.replace(/^#+ /gm, "").replaceAll("**", "").trim()}
          </Text>
        ),
      )}
    </Stack>
  );
}
