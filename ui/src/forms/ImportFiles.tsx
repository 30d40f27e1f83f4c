// Takes a ZIP or recipe files in: shows what would become of each thing, then does it.

import { Alert, Badge, Button, FileInput, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { ImportOutcome } from "../api/wire";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

type OnConflict = "skip" | "overwrite" | "rename";

const CHOICES: { value: OnConflict; label: string }[] = [
  { value: "skip", label: "Keep what is here" },
  { value: "overwrite", label: "Replace it" },
  { value: "rename", label: "Take both" },
];

const TONES: Record<ImportOutcome["items"][number]["outcome"], string> = {
  created: "green",
  replaced: "blue",
  renamed: "blue",
  skipped: "gray",
  failed: "red",
};

/** What the API takes: a ZIP as Base64, recipe files as they are. */
interface Bundle {
  zip?: string;
  files: { path: string; text: string }[];
}

async function bundle(files: File[]): Promise<Bundle> {
  const taken: Bundle = { files: [] };
  for (const file of files) {
    if (file.name.endsWith(".zip")) taken.zip = base64(new Uint8Array(await file.arrayBuffer()));
    else taken.files.push({ path: file.name, text: await file.text() });
  }
  return taken;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const send = (files: Bundle, onConflict: OnConflict, dryRun: boolean) =>
  post<ImportOutcome>(`/api/v1/import?on_conflict=${onConflict}&dry_run=${dryRun}`, files);

export function ImportFiles({ dropped, onDone }: { dropped: File[]; onDone: () => void }) {
  const [files, setFiles] = useState(dropped);
  const [onConflict, setOnConflict] = useState<OnConflict>("skip");
  const queries = useQueryClient();
  const names = files.map((file) => `${file.name}:${file.size}:${file.lastModified}`);
  const preview = useQuery({
    queryKey: ["import", names, onConflict],
    queryFn: async () => send(await bundle(files), onConflict, true),
    enabled: files.length > 0,
    retry: false,
    staleTime: 0,
  });
  const bring = useMutation({
    mutationFn: async () => send(await bundle(files), onConflict, false),
    onSuccess: (outcome) => {
      for (const key of ["recipes", "recipe", "agents", "workflows"])
        queries.invalidateQueries({ queryKey: [key] });
      announce({ title: "Imported", text: inWords(outcome) });
      onDone();
    },
  });
  const would = preview.data;
  const nothing = !would || would.items.every((item) => ["skipped", "failed"].includes(item.outcome));
  return (
    <Stack>
      <FileInput
        label="Files"
        description="A ZIP that was exported, or recipe files (.yaml)"
        placeholder="Choose files"
        multiple
        accept=".zip,.yaml,.yml"
        value={files}
        onChange={setFiles}
      />
      <SegmentedControl
        aria-label="When a name is taken"
        value={onConflict}
        onChange={(value) => setOnConflict(CHOICES.find((one) => one.value === value)?.value ?? "skip")}
        data={CHOICES}
      />
      <Refusal error={preview.error ?? bring.error} />
      {would ? <Outcome outcome={would} /> : null}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {would ? `Would be: ${inWords(would)}` : "Nothing is changed before you press Import."}
        </Text>
        <Button
          onClick={() => bring.mutate()}
          loading={bring.isPending}
          disabled={nothing}
          title={nothing ? "There is nothing to import" : undefined}
        >
          Import
        </Button>
      </Group>
    </Stack>
  );
}

function inWords({ counts }: ImportOutcome): string {
  const { created, replaced, renamed, skipped, failed } = counts;
  return `created ${created}, replaced ${replaced}, renamed ${renamed}, skipped ${skipped}, failed ${failed}`;
}

function Outcome({ outcome }: { outcome: ImportOutcome }) {
  if (outcome.items.length === 0) return <Alert color="orange">There is nothing in it.</Alert>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {outcome.items.map((item) => (
            <Table.Tr key={`${item.kind} ${item.name}`}>
              <Table.Td>
                <Badge color={TONES[item.outcome]} variant="light" tt="none">
                  {item.outcome}
                </Badge>
              </Table.Td>
              <Table.Td>{item.kind}</Table.Td>
              <Table.Td>
                {item.name}
                {item.renamed_to ? ` as ${item.renamed_to}` : ""}
                {item.detail ? (
                  <Text size="xs" c="dimmed">
                    {item.detail}
                  </Text>
                ) : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
