import {
  Alert,
  Anchor,
  Badge,
  Breadcrumbs,
  Button,
  Card,
  Group,
  Modal,
  Stack,
  Table,
  Tabs,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ApiError, ask, post } from "../api/client";
import { explanation, recipe, recipeSchema, recipeVersion, recipeVersions, tools } from "../api/queries";
import type { Finding, Phase, Recipe, StepOutline, Validation } from "../api/types";
import { TriggerRun } from "../forms/TriggerRun";
import { paths } from "../paths";
import { CodeEditor } from "../widgets/CodeEditor";
import { Icon } from "../widgets/Icon";
import { Lanes } from "../widgets/Lanes";
import { lineDiff } from "../widgets/lineDiff";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";
import { completeRecipe } from "./recipeCompletion";

const route = getRouteApi("/recipes/$slug");
const PHASES: Phase[] = ["intake", "plan", "act", "verify", "rollback"];

export function RecipePage() {
  const { slug } = route.useParams();
  const found = useQuery({ ...recipe(slug), refetchOnWindowFocus: false });
  return (
    <Stack>
      <Refusal error={found.error} />
      {found.data ? <Editor key={found.data.id} saved={found.data} /> : null}
    </Stack>
  );
}

function Editor({ saved }: { saved: Recipe }) {
  const [text, setText] = useState(saved.yaml);
  const [goTo, setGoTo] = useState<{ line: number }>();
  const running = route.useSearch().run === true;
  const navigate = useNavigate();
  const runDialog = (run: true | undefined) =>
    navigate({ to: "/recipes/$slug", params: { slug: saved.slug }, search: { run }, ignoreBlocker: true });
  const [saving, saveWindow] = useDisclosure(false);
  const [settled] = useDebouncedValue(text, 300);
  const dirty = text !== saved.yaml;
  useBlocker({
    shouldBlockFn: () => dirty && !confirm("Leave without saving your changes?"),
    enableBeforeUnload: () => dirty,
  });

  const checked = useQuery({
    queryKey: ["validation", settled],
    queryFn: () => post<Validation>("/api/v1/recipes/validate", { yaml: settled }),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const findings = checked.data?.diagnostics ?? saved.diagnostics;
  const steps = checked.data?.steps ?? saved.steps;
  const schema = useQuery(recipeSchema).data;
  const known = useQuery(tools).data?.items;
  const complete = useMemo(
    () =>
      completeRecipe({
        schema,
        tools: known ?? [],
        inputs: Object.keys(checked.data?.inputs_schema.properties ?? {}),
        steps,
      }),
    [schema, known, checked.data, steps],
  );
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
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const save = () =>
    dirty ? saveWindow.open() : announce({ title: "Nothing to save", text: "The text is as it was saved" });
  return (
    <>
      <div>
        <Breadcrumbs mb={4}>
          <Anchor component={Link} to={paths.recipes()} size="sm">
            Recipes
          </Anchor>
          <Text size="sm">{saved.slug}</Text>
        </Breadcrumbs>
        <Group justify="space-between" align="start">
          <div>
            <Group gap="xs">
              <Title order={1}>{saved.name}</Title>
              <Badge variant="light" tt="none">
                v{saved.version}
              </Badge>
              <Badge variant="outline" color="gray" tt="none">
                {saved.stage}
              </Badge>
              {dirty ? (
                <Badge color="orange" variant="light" tt="none">
                  not saved
                </Badge>
              ) : null}
            </Group>
            <Text c="dimmed">{saved.description}</Text>
          </div>
          <Group gap="xs">
            <Button variant="default" onClick={save} disabled={!dirty} title="Ctrl S">
              Save version
            </Button>
            <Button
              onClick={() => runDialog(true)}
              disabled={dirty}
              title={dirty ? "Save your changes first" : "Ctrl Enter"}
            >
              Trigger Run
            </Button>
          </Group>
        </Group>
      </div>
      <Tabs defaultValue="edit" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="edit">
            Editor {errors > 0 ? <Badge size="xs" color="red">{`${errors} errors`}</Badge> : null}
          </Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit">
          <div className="beside">
            <Stack gap="sm" miw={0}>
              <CodeEditor
                label="Recipe YAML"
                value={text}
                onChange={setText}
                marks={marks}
                complete={complete}
                onSave={save}
                onRun={() => (dirty ? save() : runDialog(true))}
                goTo={goTo}
              />
              <Findings findings={findings} goTo={(line) => setGoTo({ line })} />
            </Stack>
            <StepLanes steps={steps} goTo={(line) => setGoTo({ line })} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions
            saved={saved}
            restore={(yaml) => {
              setText(yaml);
              announce({ title: "Old text in the editor", text: "Save it to make it the next version" });
            }}
          />
        </Tabs.Panel>
      </Tabs>
      <TriggerRun
        recipe={saved.name}
        schema={saved.inputs_schema}
        opened={running}
        onClose={() => runDialog(undefined)}
      />
      <Modal opened={saving} onClose={saveWindow.close} title={`Save “${saved.name}”`}>
        <SaveForm saved={saved} text={text} onDone={saveWindow.close} />
      </Modal>
    </>
  );
}

function SaveForm({ saved, text, onDone }: { saved: Recipe; text: string; onDone: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [changelog, setChangelog] = useState("");
  const save = useMutation({
    mutationFn: (match: boolean) =>
      ask<Recipe>(
        "PUT",
        `/api/v1/recipes/${encodeURIComponent(saved.slug)}`,
        { yaml: text, changelog: changelog.trim() || undefined },
        match ? { "if-match": `"${saved.hash}"` } : {},
      ),
    onSuccess: (next) => {
      queries.setQueryData(["recipe", next.slug], next);
      queries.invalidateQueries({ queryKey: ["recipes"] });
      queries.invalidateQueries({ queryKey: ["recipe", saved.slug, "versions"] });
      announce({ title: `Saved version ${next.version}`, text: next.name, to: paths.recipe(next.slug) });
      onDone();
      // The saved text replaces the edited one, so the page has nothing left to lose.
      if (next.slug !== saved.slug) navigate({ to: paths.recipe(next.slug), ignoreBlocker: true });
      else queries.invalidateQueries({ queryKey: ["recipe", saved.slug] });
    },
  });
  const conflict = save.error instanceof ApiError && save.error.problem.status === 412;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(true);
      }}
    >
      <Stack>
        <TextInput
          label="What changed"
          description="One line for the version list"
          placeholder="longer timeout for the big room"
          value={changelog}
          onChange={(event) => setChangelog(event.currentTarget.value)}
          data-autofocus
        />
        <Refusal error={save.error} />
        {conflict ? (
          <Button color="orange" variant="light" onClick={() => save.mutate(false)}>
            Save mine on top all the same
          </Button>
        ) : null}
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}

function Findings({ findings, goTo }: { findings: Finding[]; goTo: (line: number) => void }) {
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
  const parts = (page.data?.markdown ?? "").split(/```(?:yaml)?\n/);
  return (
    <Stack gap="xs">
      <Refusal error={page.error} />
      {parts.flatMap((part, index) => {
        const [first, second] =
          index === 0
            ? [undefined, part]
            : part.split(/\n```/).length > 1
              ? [part, undefined]
              : [undefined, part];
        return first !== undefined
          ? [
              <pre key={`c${part}`} className="mantine-Code-root">
                {first.split("\n```")[0]}
              </pre>,
              <Text key={`t${part}`} style={{ whiteSpace: "pre-line" }}>
                {plain(first.split("\n```")[1] ?? "")}
              </Text>,
            ]
          : [
              <Text key={`t${part}`} style={{ whiteSpace: "pre-line" }}>
                {plain(second ?? part)}
              </Text>,
            ];
      })}
    </Stack>
  );
}

function plain(markdown: string): string {
  return markdown.replace(/^# /, "").replaceAll("**", "").trim();
}

/** What a step calls, as far as the text says it. */
function called(step: StepOutline): string {
  if (!step.tool) return step.verb;
  return step.action ? `${step.tool}.${step.action}` : step.tool;
}

/** The phases as the text stands now; a click moves the cursor there. */
function StepLanes({ steps, goTo }: { steps: StepOutline[]; goTo: (line: number) => void }) {
  const lanes = PHASES.filter(
    (phase) => phase !== "rollback" || steps.some((step) => step.phase === "rollback"),
  );
  return (
    <Lanes
      columns={1}
      lanes={lanes.map((phase) => ({
        name: phase,
        content: steps
          .filter((step) => step.phase === phase)
          .map((step) => (
            <Anchor
              key={step.id}
              component="button"
              ta="left"
              size="sm"
              c="inherit"
              pl={step.depth * 12}
              onClick={() => goTo(step.line)}
            >
              {step.title}{" "}
              <Text span size="xs" c="dimmed">
                {called(step)}
              </Text>{" "}
              {step.effect && step.effect !== "read" ? (
                <Badge
                  size="xs"
                  color={step.effect === "destructive" ? "red" : "orange"}
                  variant="light"
                  tt="none"
                >
                  {step.effect}
                </Badge>
              ) : null}
              {step.undo ? (
                <Badge size="xs" variant="outline" color="gray" tt="none">
                  undo
                </Badge>
              ) : null}
            </Anchor>
          )),
      }))}
    />
  );
}

function Versions({ saved, restore }: { saved: Recipe; restore: (yaml: string) => void }) {
  const list = useQuery(recipeVersions(saved.slug));
  const [number, setNumber] = useState<number>();
  const old = useQuery({ ...recipeVersion(saved.slug, number ?? 0), enabled: number !== undefined });
  return (
    <Stack>
      <Refusal error={list.error ?? old.error} />
      <Table>
        <Table.Thead>
          <Table.Tr>
            {["Version", "What changed", "Who", "When", ""].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.data?.items.map((version) => (
            <Table.Tr key={version.version}>
              <Table.Td>v{version.version}</Table.Td>
              <Table.Td>{version.changelog ?? "–"}</Table.Td>
              <Table.Td>{version.author}</Table.Td>
              <Table.Td>
                <When time={version.created_at} />
              </Table.Td>
              <Table.Td>
                {version.version === saved.version ? (
                  "current"
                ) : (
                  <Button size="compact-xs" variant="default" onClick={() => setNumber(version.version)}>
                    Compare with current
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {old.data ? (
        <Card withBorder>
          <Group justify="space-between" mb="xs">
            <Text fw={600}>
              v{old.data.version} → v{saved.version}
            </Text>
            <Button size="xs" variant="light" onClick={() => restore(old.data.yaml)}>
              Restore v{old.data.version} into the editor
            </Button>
          </Group>
          {old.data.yaml === saved.yaml ? <Alert>The texts are equal.</Alert> : null}
          <pre style={{ margin: 0, overflow: "auto", fontSize: 13 }}>
            <div className="diff">
              {lineDiff(old.data.yaml, saved.yaml).map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff have no other identity
                <div key={index} className={line.kind === "same" ? undefined : `diff-${line.kind}`}>
                  {line.kind === "add" ? "+ " : line.kind === "del" ? "- " : "  "}
                  {line.text}
                </div>
              ))}
            </div>
          </pre>
        </Card>
      ) : null}
    </Stack>
  );
}
