// Rooms and devices from a file: what would change is shown before anything does.

import {
  Alert,
  Badge,
  Button,
  Checkbox,
  FileButton,
  Group,
  Stack,
  Table,
  Text,
  Textarea,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { PlacesImport } from "../api/wire";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

const EXAMPLE = `rooms:
  - id: "204"
    name: Huddle 204
    email: huddle204@corp.example
    ids: {zoom: qMOLddnySIGGVycz8aX_JQ}
devices:
  - {id: proj-204, name: Projector 204, room: "204", tool: pjlink, host: 10.20.4.17}`;

/** So many lines of what changes are shown. */
const SHOWN = 100;

export function ImportPlaces({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState("");
  const [format, setFormat] = useState<"yaml" | "csv">("yaml");
  const [whole, setWhole] = useState(false);
  const queries = useQueryClient();
  const call = (dry_run: boolean) =>
    post<PlacesImport>("/api/v1/directory/import", { format, text, whole, dry_run });
  const preview = useMutation({ mutationFn: () => call(true) });
  const bring = useMutation({
    mutationFn: () => call(false),
    onSuccess: (outcome) => {
      queries.invalidateQueries({ queryKey: ["rooms"] });
      announce({ title: "Rooms imported", text: counted(outcome), to: "/rooms" });
      onDone();
    },
  });
  const write = (next: string) => {
    setText(next);
    preview.reset();
  };
  const take = async (file: File | null) => {
    if (!file) return;
    setFormat(file.name.toLowerCase().endsWith(".csv") ? "csv" : "yaml");
    write(await file.text());
  };
  const seen = preview.data;
  const removes = seen?.changes.some((change) => change.what === "removed") ?? false;
  return (
    <Stack>
      <Group>
        <FileButton onChange={take} accept=".yaml,.yml,.csv,text/csv,text/yaml">
          {(props) => (
            <Button variant="default" {...props}>
              Choose a file
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          or paste it: YAML, or CSV as <i>Export</i> writes it
        </Text>
      </Group>
      <Textarea
        aria-label="Text of the file"
        placeholder={EXAMPLE}
        autosize
        minRows={8}
        maxRows={16}
        value={text}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setFormat(next.trimStart().toLowerCase().startsWith("kind") ? "csv" : "yaml");
          write(next);
        }}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        spellCheck={false}
      />
      <Checkbox
        label="The file is the whole directory: remove what is not in it"
        checked={whole}
        onChange={(event) => {
          setWhole(event.currentTarget.checked);
          preview.reset();
        }}
      />
      <Refusal error={preview.error ?? bring.error} />
      {seen ? <Preview outcome={seen} /> : null}
      <Group justify="flex-end">
        <Button
          variant={seen ? "default" : "filled"}
          disabled={text.trim() === ""}
          loading={preview.isPending}
          onClick={() => preview.mutate()}
        >
          Show what would change
        </Button>
        {seen && seen.problems.length === 0 ? (
          <Button
            color={removes ? "red" : undefined}
            disabled={seen.changes.length === 0}
            loading={bring.isPending}
            onClick={() => bring.mutate()}
          >
            {removes ? "Import and remove" : "Import"}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}

const COLOURS = { new: "green", changed: "blue", removed: "red" } as const;

function Preview({ outcome }: { outcome: PlacesImport }) {
  return (
    <Stack gap="xs" role="region" aria-label="What would change">
      {outcome.problems.length > 0 ? (
        <Alert color="red" title="Nothing can be imported before this is mended">
          {outcome.problems.map((problem) => (
            <div key={`${problem.line}:${problem.column}:${problem.message}`}>
              <Text size="sm">
                {problem.line ? <b>line {problem.line}</b> : null}
                {problem.column ? `, column ${problem.column}` : ""}
                {problem.line ? ": " : ""}
                {problem.message}
              </Text>
              {problem.help ? (
                <Text size="xs" c="dimmed">
                  {problem.help}
                </Text>
              ) : null}
            </div>
          ))}
        </Alert>
      ) : null}
      <Text size="sm">{counted(outcome)}</Text>
      {outcome.changes.length > 0 ? (
        <Table.ScrollContainer minWidth={420} mah={280}>
          <Table verticalSpacing={4}>
            <Table.Tbody>
              {outcome.changes.slice(0, SHOWN).map((change) => (
                <Table.Tr key={`${change.kind}:${change.id}`}>
                  <Table.Td>
                    <Badge variant="light" color={COLOURS[change.what]} tt="none">
                      {change.what}
                    </Badge>
                  </Table.Td>
                  <Table.Td>{change.kind}</Table.Td>
                  <Table.Td>
                    {change.name}{" "}
                    <Text span size="xs" c="dimmed" ff="monospace">
                      {change.id}
                    </Text>
                  </Table.Td>
                  <Table.Td c="dimmed">{change.fields.join(", ")}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
    </Stack>
  );
}

function counted(outcome: PlacesImport): string {
  const of = (what: string) => outcome.changes.filter((change) => change.what === what).length;
  return `${of("new")} new, ${of("changed")} changed, ${of("removed")} removed, ${outcome.unchanged} as they were`;
}
