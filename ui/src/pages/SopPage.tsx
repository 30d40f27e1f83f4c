// A procedure in words beside the recipe that was drafted out of it: each line with what became of it, what was assumed, and
// questions that are answered in place.

import {
  Anchor,
  Badge,
  Breadcrumbs,
  Button,
  Card,
  Group,
  List,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ask, get, post } from "../api/client";
import { agents } from "../api/queries";
import type { Agent, Recipe, SopChoice, SopDraft, SopLine, Validation } from "../api/wire";
import { paths } from "../paths";
import { CodeEditor } from "../widgets/CodeEditor";
import { DraftedBy } from "../widgets/DraftedBy";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";

const EXAMPLE = `Steps:
- Gather room_id
- Reset projector via Q-SYS
- Verify image via Slack photo`;

const ENGINES: { value: SopChoice; label: string }[] = [
  { value: "auto", label: "a model, else rules" },
  { value: "model", label: "a model" },
  { value: "rules", label: "rules" },
];

export function SopPage() {
  const [engine, setEngine] = useState<SopChoice>("auto");
  const [text, setText] = useState("");
  const [name, setName] = useState("");
  const [agent, setAgent] = useState<string | null>(null);
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [yaml, setYaml] = useState("");
  const [goTo, setGoTo] = useState<{ line: number }>();
  const known = useQuery(agents).data?.items ?? [];
  const convert = useMutation({
    mutationFn: (given: Record<string, string>) =>
      post<SopDraft>("/api/v1/sop/convert", {
        text,
        agent: agent ?? undefined,
        name: name.trim() || undefined,
        answers: given,
        engine,
      }),
    onSuccess: (draft) => setYaml(draft.yaml),
  });
  const draft = convert.data;
  const edited = draft !== undefined && yaml !== draft.yaml;
  const redraft = () => {
    if (!edited || confirm("Draft it anew? Your changes to the draft are lost.")) convert.mutate(answers);
  };
  return (
    <Stack>
      <div>
        <Breadcrumbs mb={4}>
          <Anchor component={Link} to={paths.recipes()} size="sm">
            Recipes
          </Anchor>
          <Text size="sm">New from SOP</Text>
        </Breadcrumbs>
        <Title order={1}>SOP → Recipe</Title>
        <Text c="dimmed">
          Paste a procedure as it is: steps, prose, a checklist, a timetable, an e-mail. Nothing is saved and
          nothing runs until you say so.
        </Text>
      </div>
      <Group align="flex-end" gap="sm">
        <Select
          label="Agent"
          placeholder="any tool"
          data={known.map((agent) => agent.name)}
          value={agent}
          onChange={setAgent}
          clearable
          searchable
          w={200}
        />
        <TextInput
          label="Name"
          placeholder="read off the text"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          w={280}
        />
        <Select
          label="Drafted by"
          data={ENGINES}
          value={engine}
          onChange={(chosen) => chosen && setEngine(chosen)}
          allowDeselect={false}
          w={190}
        />
        <Button loading={convert.isPending} disabled={!text.trim()} onClick={redraft}>
          {draft ? "Draft anew" : "Draft recipe"}
        </Button>
        {text ? null : (
          <Button variant="subtle" onClick={() => setText(EXAMPLE)}>
            Use an example
          </Button>
        )}
      </Group>
      <Refusal error={convert.error} />
      <SimpleGrid cols={{ base: 1, lg: draft ? 2 : 1 }} spacing="md">
        <Stack>
          <Textarea
            label="Procedure"
            autosize
            minRows={draft ? 6 : 14}
            maxRows={draft ? 12 : 28}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            spellCheck={false}
          />
          {draft ? (
            <Trace
              lines={draft.trace}
              onLine={(line) => {
                const at = yaml.split("\n").findIndex((row) => row.trim() === `line: ${line}`);
                if (at >= 0) setGoTo({ line: at + 1 });
              }}
            />
          ) : null}
        </Stack>
        {draft ? (
          <Stack>
            <DraftedBy engine={draft.engine} reason={draft.reason} work={draft.work} />
            <Draft yaml={yaml} onChange={setYaml} goTo={goTo} agent={agent} edited={edited} />
            <Open
              draft={draft}
              answers={answers}
              onAnswer={(id, answer) => setAnswers({ ...answers, [id]: answer })}
              onApply={redraft}
              pending={convert.isPending}
            />
          </Stack>
        ) : null}
      </SimpleGrid>
    </Stack>
  );
}

const KINDS = {
  mapped: { color: "teal", word: "used" },
  heading: { color: "gray", word: "heading" },
  unused: { color: "orange", word: "unused" },
} as const;

/** Every line with what became of it; a line that became steps leads to the first of them. */
function Trace({ lines, onLine }: { lines: SopLine[]; onLine: (line: number) => void }) {
  const unused = lines.filter((line) => line.kind === "unused").length;
  return (
    <Card withBorder component="section" aria-label="Lines">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Line by line
        </Title>
        <Text size="sm" c="dimmed">
          {lines.length} lines, {unused} unused
        </Text>
      </Group>
      <div className="trace">
        {lines.map((line) => (
          <button
            key={line.line}
            type="button"
            className="trace-line"
            data-kind={line.kind}
            disabled={line.steps.length === 0}
            onClick={() => onLine(line.line)}
          >
            <Text span size="xs" c="dimmed" className="trace-number">
              {line.line}
            </Text>
            <Text span size="sm" className="trace-text">
              {line.text}
            </Text>
            <Badge size="xs" variant="light" color={KINDS[line.kind].color} tt="none">
              {line.steps.length > 0 ? line.steps.join(", ") : KINDS[line.kind].word}
            </Badge>
          </button>
        ))}
      </div>
    </Card>
  );
}

function Draft({
  yaml,
  onChange,
  goTo,
  agent,
  edited,
}: {
  yaml: string;
  onChange: (yaml: string) => void;
  goTo: { line: number } | undefined;
  agent: string | null;
  edited: boolean;
}) {
  const [settled] = useDebouncedValue(yaml, 300);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const checked = useQuery({
    queryKey: ["validation", settled, agent],
    queryFn: () => post<Validation>("/api/v1/recipes/validate", { yaml: settled, agent: agent ?? undefined }),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const findings = checked.data?.diagnostics ?? [];
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const marks = useMemo(
    () =>
      findings.map((finding) => ({
        line: finding.line,
        column: finding.column,
        endLine: finding.end_line,
        endColumn: finding.end_column,
        severity: finding.severity,
        message: `${finding.code}: ${finding.message}${finding.help ? `\n${finding.help}` : ""}`,
      })),
    [findings],
  );
  const save = useMutation({
    mutationFn: async (attach: boolean) => {
      const saved = await post<Recipe>("/api/v1/recipes", { yaml, changelog: "drafted from a procedure" });
      if (attach && agent) {
        const address = `/api/v1/agents/${encodeURIComponent(agent)}`;
        const before = await get<Agent>(address);
        await ask<Agent>("PATCH", address, { recipes: [...before.recipes, saved.name] });
      }
      return saved;
    },
    onSuccess: (saved, attached) => {
      queries.invalidateQueries({ queryKey: ["recipes"] });
      queries.invalidateQueries({ queryKey: ["agents"] });
      const text = attached ? `${saved.name}, attached to ${agent}` : saved.name;
      announce({ title: "Recipe saved", text, to: paths.recipe(saved.slug) });
      navigate({ to: paths.recipe(saved.slug), ignoreBlocker: true });
    },
  });
  useBlocker({
    shouldBlockFn: () => edited && !confirm("Leave without saving the draft?"),
    enableBeforeUnload: () => edited,
  });
  return (
    <Card withBorder component="section" aria-label="Draft">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Draft
        </Title>
        <Group gap="xs">
          <Badge color={errors > 0 ? "red" : "teal"} variant="light" tt="none">
            {errors > 0 ? `${errors} errors` : "valid"}
          </Badge>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!agent || errors > 0}
            title={agent ? undefined : "Choose an agent first"}
            loading={save.isPending}
            onClick={() => save.mutate(true)}
          >
            Attach to Agent
          </Button>
          <Button
            size="compact-sm"
            disabled={errors > 0}
            loading={save.isPending}
            onClick={() => save.mutate(false)}
          >
            Save Recipe
          </Button>
        </Group>
      </Group>
      <Refusal error={save.error} />
      <CodeEditor
        label="Draft of the recipe"
        value={yaml}
        onChange={onChange}
        marks={marks}
        complete={() => null}
        onSave={() => errors === 0 && save.mutate(false)}
        onRun={() => undefined}
        goTo={goTo}
      />
    </Card>
  );
}

function Open({
  draft,
  answers,
  onAnswer,
  onApply,
  pending,
}: {
  draft: SopDraft;
  answers: Record<string, string>;
  onAnswer: (id: string, answer: string) => void;
  onApply: () => void;
  pending: boolean;
}) {
  const given = draft.questions.filter((question) => answers[question.id]?.trim()).length;
  return (
    <>
      {draft.questions.length > 0 ? (
        <Card withBorder component="section" aria-label="Questions">
          <Title order={2} size="h4" mb="xs">
            What the procedure leaves open
          </Title>
          <Stack gap="sm">
            {draft.questions.map((question) => (
              <TextInput
                key={question.id}
                label={`${question.line ? `Line ${question.line}: ` : ""}${question.text}`}
                disabled={question.id.startsWith("step.")}
                value={answers[question.id] ?? ""}
                onChange={(event) => onAnswer(question.id, event.currentTarget.value)}
              />
            ))}
            <Group justify="flex-end">
              <Button variant="light" disabled={given === 0} loading={pending} onClick={onApply}>
                Put the answers into the draft
              </Button>
            </Group>
          </Stack>
        </Card>
      ) : null}
      {draft.assumptions.length > 0 ? (
        <Card withBorder component="section" aria-label="Assumptions">
          <Title order={2} size="h4" mb="xs">
            What was assumed
          </Title>
          <List size="sm" spacing={4}>
            {draft.assumptions.map((assumption) => (
              <List.Item key={`${assumption.line}:${assumption.text}`}>
                {assumption.line ? `Line ${assumption.line}: ` : ""}
                {assumption.text}
              </List.Item>
            ))}
          </List>
        </Card>
      ) : null}
    </>
  );
}
