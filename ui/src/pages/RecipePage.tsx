import {
  Alert,
  Anchor,
  Badge,
  Breadcrumbs,
  Button,
  Group,
  Modal,
  Stack,
  Tabs,
  Text,
  Title,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { post } from "../api/client";
import { agents, recipe, recipeFolder, recipeSchema, tools } from "../api/queries";
import type { JsonObject, Phase, Recipe, Started, StepOutline, Validation } from "../api/wire";
import { DraftRun } from "../forms/DraftRun";
import { readInputsSchema } from "../forms/inputsSchema";
import { SaveRecipe } from "../forms/SaveRecipe";
import { remembered, TriggerRun } from "../forms/TriggerRun";
import { paths } from "../paths";
import { CodeEditor } from "../widgets/CodeEditor";
import { CommitMark } from "../widgets/CommitMark";
import { Lanes } from "../widgets/Lanes";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { RecipeProblems } from "./RecipeProblems";
import { RecipePromotion } from "./RecipePromotion";
import { RecipeTests } from "./RecipeTests";
import { RecipeVersions } from "./RecipeVersions";
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
  // What the text was when editing began: a colleague's save in between must not pass for the user's own base.
  const [base, setBase] = useState(saved);
  const [text, setText] = useState(saved.yaml);
  const dirty = text !== base.yaml;
  const commit = useQuery(recipeFolder).data?.recipes.find((one) => one.recipe_id === saved.id);
  const adopt = (recipe: Recipe) => {
    setBase(recipe);
    setText(recipe.yaml);
  };
  if (saved.hash !== base.hash && saved.version > base.version && !dirty) adopt(saved);
  const [goTo, setGoTo] = useState<{ line: number }>();
  const running = route.useSearch().run === true;
  const navigate = useNavigate();
  const runDialog = (run: true | undefined) =>
    navigate({ to: "/recipes/$slug", params: { slug: saved.slug }, search: { run }, ignoreBlocker: true });
  const [saving, saveWindow] = useDisclosure(false);
  const [settled] = useDebouncedValue(text, 300);
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
        inputs: Object.keys(readInputsSchema(checked.data?.inputs_schema).properties),
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
  const agent = useQuery(agents).data?.items.find((known) => known.recipes.includes(saved.name));
  const tryOut = useMutation({
    mutationFn: () =>
      post<Started>("/api/v1/runs", {
        yaml: text,
        source: `${saved.slug}.yaml`,
        agent: agent?.name,
        inputs: lastInputs(saved.name, Object.keys(readInputsSchema(checked.data?.inputs_schema).properties)),
        dry_run: true,
        meta: { draft_of: saved.id },
      }),
  });
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
              {commit ? <CommitMark commit={commit} /> : null}
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
              variant="default"
              onClick={() => tryOut.mutate()}
              loading={tryOut.isPending}
              disabled={errors > 0}
              title={errors > 0 ? "Mend the errors first" : "Ctrl Enter: this text, saved or not"}
            >
              Dry run
            </Button>
            <Button
              onClick={() => runDialog(true)}
              disabled={dirty}
              title={dirty ? "Save your changes first" : undefined}
            >
              Trigger Run
            </Button>
          </Group>
        </Group>
      </div>
      {saved.version > base.version ? (
        <Alert color="orange" title={`Version ${saved.version} was saved while you were writing`}>
          <Text size="sm">
            Yours began with version {base.version}; saving it will ask before it replaces theirs.
          </Text>
          <Button size="xs" mt="xs" variant="default" onClick={() => adopt(saved)}>
            Drop my changes and show version {saved.version}
          </Button>
        </Alert>
      ) : null}
      <Tabs defaultValue="edit" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="edit">
            Editor {errors > 0 ? <Badge size="xs" color="red">{`${errors} errors`}</Badge> : null}
          </Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="tests">Tests</Tabs.Tab>
          <Tabs.Tab value="promotion">Promotion</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit">
          <div className="beside">
            <Stack gap="sm" miw={0}>
              <Refusal error={tryOut.error} />
              {tryOut.data ? <DraftRun id={tryOut.data.id} close={tryOut.reset} /> : null}
              <CodeEditor
                label="Recipe YAML"
                value={text}
                onChange={setText}
                marks={marks}
                complete={complete}
                onSave={save}
                onRun={() => tryOut.mutate()}
                goTo={goTo}
              />
              <RecipeProblems findings={findings} goTo={(line) => setGoTo({ line })} />
            </Stack>
            <StepLanes steps={steps} goTo={(line) => setGoTo({ line })} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <RecipeVersions
            saved={saved}
            restore={(yaml) => {
              setText(yaml);
              announce({ title: "Old text in the editor", text: "Save it to make it the next version" });
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="tests">
          <RecipeTests saved={saved} text={text} />
        </Tabs.Panel>
        <Tabs.Panel value="promotion">
          <RecipePromotion saved={saved} />
        </Tabs.Panel>
      </Tabs>
      <TriggerRun
        recipe={saved.name}
        schema={saved.inputs_schema}
        tools={saved.steps.flatMap((step) => (step.tool ? [step.tool] : []))}
        opened={running}
        onClose={() => runDialog(undefined)}
      />
      <Modal opened={saving} onClose={saveWindow.close} title={`Save “${saved.name}”`}>
        <SaveRecipe
          saved={base}
          text={text}
          onDone={(next) => {
            adopt(next);
            saveWindow.close();
          }}
        />
      </Modal>
    </>
  );
}

/** The inputs of the latest run from this page, as far as the text asks for them. */
function lastInputs(recipe: string, asked: string[]): JsonObject {
  const last = remembered(`inputs:${recipe}`);
  return Object.fromEntries(Object.entries(last).filter(([name]) => asked.includes(name)));
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
