// The answer to whatever a run waits for: yes or no, inputs, done, or what became of a call.

import { Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, post } from "../api/client";
import type { Answered, Json, WaitReason } from "../api/wire";
import { paths } from "../paths";
import { Icon } from "../widgets/Icon";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";
import { Evidence } from "./Evidence";
import { type Inputs, InputsForm, initialInputs, missingInputs } from "./InputsForm";
import { readInputsSchema } from "./inputsSchema";

interface Props {
  run: string;
  step: string;
  reason: WaitReason;
  prompt: string;
  role: string;
  until: string | null;
  schema?: Json;
  evidence?: Json;
  mayAnswer?: boolean;
  /** Why a yes must come from somebody else. */
  needsAnother?: string | null;
  /** Of the question as it is shown: an answer counts for no other. */
  fingerprint?: string;
}

export function Answer({
  run,
  step,
  reason,
  prompt,
  role,
  until,
  schema,
  evidence,
  mayAnswer = true,
  needsAnother = null,
  fingerprint,
}: Props) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const form = readInputsSchema(schema);
  const [inputs, setInputs] = useState<Inputs>(() => initialInputs(form));
  const send = useMutation({
    mutationFn: async (signal: Record<string, unknown>) => {
      if (fingerprint === undefined) return post(`/api/v1/runs/${run}/signals`, signal);
      const answers = [{ run_id: run, fingerprint, signal }];
      const { results } = await post<Answered>("/api/v1/inbox/answers", { answers });
      const refused = results.find((result) => !result.ok);
      if (refused) {
        throw new ApiError({
          title: "This answer does not count",
          status: 409,
          detail: refused.error ?? "",
          hint: refused.hint ?? undefined,
        });
      }
    },
    onSuccess: () => announce({ title: "Answered", text: prompt, to: paths.run(run) }),
    onSettled: () => {
      for (const queryKey of [["run", run], ["inbox"], ["dashboard"], ["runs"]])
        queries.invalidateQueries({ queryKey });
    },
  });
  const said = note.trim() === "" ? undefined : note.trim();
  const button = (
    label: string,
    signal: Record<string, unknown>,
    color?: string,
    variant = "filled",
    isOpen = true,
  ) => (
    <Button
      key={label}
      color={color}
      variant={variant}
      loading={send.isPending}
      disabled={!mayAnswer || !isOpen}
      onClick={() => send.mutate(signal)}
    >
      {label}
    </Button>
  );
  return (
    <Paper withBorder p="md" className="needs" component="section" aria-label={prompt}>
      <Stack gap="sm">
        <Group gap={8} wrap="nowrap" align="start">
          <Text span c="var(--mantine-color-yellow-text)">
            <Icon sign="pause" size={18} />
          </Text>
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {prompt}
          </Text>
        </Group>
        {evidence !== undefined && evidence !== null ? <Evidence value={evidence} /> : null}
        {reason === "input" && schema ? (
          <InputsForm schema={form} values={inputs} onChange={setInputs} />
        ) : null}
        {reason !== "input" ? (
          <Textarea
            label="Note"
            placeholder={
              reason === "approval"
                ? "Why, or what is to be different (shown in the record)"
                : "What you did or saw"
            }
            autosize
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        ) : null}
        <Refusal error={send.error} />
        <Group gap="xs">
          {reason === "input" ? (
            <Button
              loading={send.isPending}
              disabled={!mayAnswer || missingInputs(form, inputs).length > 0}
              onClick={() => send.mutate({ kind: "answer", inputs })}
            >
              Answer
            </Button>
          ) : null}
          {reason === "approval"
            ? [
                button(
                  "Approve",
                  { kind: "approve", step, note: said },
                  "teal",
                  "filled",
                  needsAnother === null,
                ),
                button("Reject", { kind: "reject", step, note: said }, "red", "light"),
                button(
                  "Ask for changes",
                  { kind: "request_changes", step, note: said },
                  "orange",
                  "light",
                  said !== undefined,
                ),
              ]
            : null}
          {reason === "manual" ? button("Done", { kind: "done", step, note: said }) : null}
          {reason === "held"
            ? [
                button("Release", { kind: "release", note: said }),
                button("Cancel the run", { kind: "cancel", reason: said }, "red", "light"),
              ]
            : null}
          {reason === "paused"
            ? [
                button("Resume", { kind: "resume", note: said }),
                button("Cancel the run", { kind: "cancel", reason: said }, "red", "light"),
              ]
            : null}
          {reason === "interrupted"
            ? [
                button("It happened", { kind: "resolve", step, as: "happened", note: said }),
                button("Repeat", { kind: "resolve", step, as: "repeat", note: said }, "orange", "light"),
                button("Skip", { kind: "resolve", step, as: "skip", note: said }, "gray", "light"),
                button(
                  "Fail and roll back",
                  { kind: "resolve", step, as: "fail", note: said },
                  "red",
                  "light",
                ),
              ]
            : null}
        </Group>
        <Text size="xs" c="dimmed">
          {mayAnswer ? `Answered by role ${role}.` : `Only role ${role} may answer.`}
          {needsAnother === null ? null : ` Somebody else must approve: ${needsAnother}.`}
          {until ? (
            <>
              {" "}
              The run stops waiting <When time={until} />.
            </>
          ) : null}
        </Text>
      </Stack>
    </Paper>
  );
}
