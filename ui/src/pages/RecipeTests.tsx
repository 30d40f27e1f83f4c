// The tests of a recipe: their text, and how they went when they were run on the text in the editor.

import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, post } from "../api/client";
import { recipeTests } from "../api/queries";
import type { Recipe, SavedTests, TestReport, TestResult } from "../api/wire";
import { CodeEditor } from "../widgets/CodeEditor";
import { duration } from "../widgets/format";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

const NO_MARKS: [] = [];
const completeNothing = () => null;

export function RecipeTests({ saved, text }: { saved: Recipe; text: string }) {
  const found = useQuery({ ...recipeTests(saved.slug), refetchOnWindowFocus: false });
  if (!found.data) return <Refusal error={found.error} />;
  return <Tests key={found.data.updated_at} saved={saved} text={text} kept={found.data} />;
}

function scaffold(recipe: Recipe): string {
  return `recipe: ${JSON.stringify(recipe.name)}
tests:
  - name: it works
    inputs: {}
    expect:
      status: success
`;
}

function Tests({ saved, text, kept }: { saved: Recipe; text: string; kept: SavedTests }) {
  const [tests, setTests] = useState(kept.yaml === "" ? scaffold(saved) : kept.yaml);
  const queries = useQueryClient();
  const path = `/api/v1/recipes/${encodeURIComponent(saved.slug)}/tests`;
  const run = useMutation({
    mutationFn: () => post<TestReport>(`${path}/run`, { yaml: text, tests }),
  });
  const save = useMutation({
    mutationFn: () => ask<SavedTests>("PUT", path, { yaml: tests }),
    onSuccess: (next) => {
      queries.setQueryData(recipeTests(saved.slug).queryKey, next);
      announce({ title: "Tests saved", text: `${next.tests.length} tests of ${next.recipe}` });
    },
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {kept.updated_at ? (
            <>
              {kept.file}, saved by {kept.author} <When time={kept.updated_at} />
            </>
          ) : (
            "No tests are saved. Each test is a world, a run in it, and how it must end."
          )}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => save.mutate()} loading={save.isPending}>
            Save tests
          </Button>
          <Button onClick={() => run.mutate()} loading={run.isPending}>
            Run tests
          </Button>
        </Group>
      </Group>
      <Refusal error={run.error ?? save.error} />
      {run.data ? <Report report={run.data} /> : null}
      <CodeEditor
        label="Tests YAML"
        value={tests}
        onChange={setTests}
        marks={NO_MARKS}
        complete={completeNothing}
        onSave={() => save.mutate()}
        onRun={() => run.mutate()}
      />
    </Stack>
  );
}

function Report({ report }: { report: TestReport }) {
  return (
    <Card withBorder role="region" aria-label="Test results">
      <Group gap="xs" mb="xs">
        <Badge color={report.ok ? "green" : "red"} tt="none">
          {report.ok ? "all passed" : `${report.failed} failed`}
        </Badge>
        <Text size="sm">
          {report.passed} of {report.tests.length} passed
        </Text>
      </Group>
      <Stack gap="sm">
        {report.tests.map((test) => (
          <Result key={test.name} test={test} />
        ))}
      </Stack>
    </Card>
  );
}

function Result({ test }: { test: TestResult }) {
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="start">
        <Badge color={test.ok ? "green" : "red"} variant="light" tt="none" miw={64}>
          {test.ok ? "passed" : "failed"}
        </Badge>
        <div>
          <Text size="sm" fw={test.ok ? 400 : 600}>
            {test.name}
          </Text>
          <Text size="xs" c="dimmed">
            {duration(test.duration_ms)}, {duration(test.simulated_ms)} on the run's own clock
          </Text>
        </div>
      </Group>
      {test.error ? (
        <Text size="sm" c="red" mt={4}>
          {test.error}
        </Text>
      ) : null}
      {test.mismatches.map((mismatch, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two mismatches may be of one kind, and the list never changes
        <dl className="mismatch" key={index}>
          <dt>{mismatch.what}</dt>
          <dd>
            <Text span size="xs" c="dimmed">
              expected
            </Text>
            <code>{JSON.stringify(mismatch.expected)}</code>
          </dd>
          <dd>
            <Text span size="xs" c="dimmed">
              actual
            </Text>
            <code>{JSON.stringify(mismatch.actual)}</code>
          </dd>
        </dl>
      ))}
      {test.steps.length > 0 ? (
        <details open={!test.ok}>
          <summary>
            <Text span size="xs">
              {test.steps.length} steps
            </Text>
          </summary>
          {test.steps.map((step) => (
            <Text size="xs" key={step.key} c={step.status === "failed" ? "red" : "dimmed"}>
              {step.status} · {step.key} · {step.title}
              {(step.error ?? step.message) ? ` — ${step.error ?? step.message}` : ""}
            </Text>
          ))}
        </details>
      ) : null}
    </div>
  );
}
