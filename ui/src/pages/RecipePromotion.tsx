// May this recipe work on its own? The four criteria as measured, the stage it is in, and the buttons that change it.

import { Badge, Button, Card, Checkbox, Group, Stack, Table, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import { recipePromotion } from "../api/queries";
import type { Promotion, Recipe } from "../api/wire";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

const STAGES: { stage: Promotion["stage"]; means: string }[] = [
  { stage: "draft", means: "somebody tries it out" },
  { stage: "supervised", means: "a person is asked before each act" },
  { stage: "promoted", means: "it works on its own" },
];

export function RecipePromotion({ saved }: { saved: Recipe }) {
  const found = useQuery(recipePromotion(saved.slug));
  if (!found.data) return <Refusal error={found.error} />;
  return <Panel saved={saved} found={found.data} />;
}

function Panel({ saved, found }: { saved: Recipe; found: Promotion }) {
  const current = STAGES.findIndex(({ stage }) => stage === found.stage);
  return (
    <Stack>
      <Card withBorder>
        <Group gap="lg" mb="sm">
          {STAGES.map(({ stage, means }, index) => (
            <div key={stage} aria-current={index === current ? "step" : undefined}>
              <Badge
                variant={index === current ? "filled" : "outline"}
                color={index === current ? undefined : "gray"}
                tt="none"
              >
                {index + 1} {stage}
              </Badge>
              <Text size="xs" c="dimmed">
                {means}
              </Text>
            </div>
          ))}
        </Group>
        <Text size="sm">
          Version {found.version} is <b>{found.stage}</b>.{" "}
          {found.staged_version && found.staged_version !== found.version
            ? `Version ${found.staged_version} was supervised or promoted last; what follows this recipe runs that one.`
            : null}
        </Text>
        {found.record ? (
          <Text size="sm" c={found.record.automatic ? "orange" : "dimmed"}>
            {found.record.automatic ? "Demoted by itself" : `Put there by ${found.record.by}`}{" "}
            <When time={found.record.at} />
            {found.record.reason ? `: ${found.record.reason}` : ""}
            {found.record.waived.length > 0 ? ` (overridden: ${found.record.waived.join(", ")})` : ""}
          </Text>
        ) : null}
        {found.workflows.length > 0 ? (
          <Text size="sm" c="dimmed">
            Workflows that follow it: {found.workflows.join(", ")}
          </Text>
        ) : null}
      </Card>
      <Card withBorder p={0}>
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Criterion</Table.Th>
                <Table.Th>Measured</Table.Th>
                <Table.Th>Holds</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.criteria.map((criterion) => (
                <Table.Tr key={criterion.name}>
                  <Table.Td>{criterion.title}</Table.Td>
                  <Table.Td>
                    {criterion.measured ?? "–"}
                    {criterion.note ? (
                      <Text size="xs" c="dimmed">
                        {criterion.note}
                      </Text>
                    ) : null}
                  </Table.Td>
                  <Table.Td>
                    <Holds holds={criterion.holds} runs={`${found.runs}/${found.needed}`} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Card>
      <Change saved={saved} found={found} />
    </Stack>
  );
}

function Holds({ holds, runs }: { holds: boolean | null; runs: string }) {
  if (holds === null)
    return (
      <Badge color="gray" variant="light" tt="none">
        {runs} runs
      </Badge>
    );
  return (
    <Badge color={holds ? "green" : "red"} variant="light" tt="none">
      {holds ? "✓ holds" : "✗ does not hold"}
    </Badge>
  );
}

function Change({ saved, found }: { saved: Recipe; found: Promotion }) {
  const [reason, setReason] = useState("");
  const [overriding, setOverriding] = useState(false);
  const queries = useQueryClient();
  const path = `/api/v1/recipes/${encodeURIComponent(saved.slug)}`;
  const next = found.stage === "draft" ? "supervised" : "promoted";
  const change = useMutation({
    mutationFn: (up: boolean) =>
      up
        ? post<Promotion>(`${path}/promote`, { reason: reason || undefined, override: overriding })
        : post<Promotion>(`${path}/demote`, { reason: reason || undefined }),
    onSuccess: (now) => {
      queries.invalidateQueries({ queryKey: ["recipes"] });
      queries.invalidateQueries({ queryKey: ["recipe", saved.slug] });
      announce({ title: `${saved.name} is ${now.stage}`, text: `version ${now.version}` });
      setReason("");
      setOverriding(false);
    },
  });
  const blocked = next === "promoted" && !found.ready && !overriding;
  return (
    <Stack gap="sm" maw={560}>
      <Textarea
        label="Reason"
        description="Kept in the audit trail; an override needs one"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
      />
      {found.stage !== "promoted" && next === "promoted" && !found.ready ? (
        <Checkbox
          label="Promote although criteria do not hold"
          checked={overriding}
          onChange={(event) => setOverriding(event.currentTarget.checked)}
        />
      ) : null}
      <Refusal error={change.error} />
      <Group>
        {found.stage === "promoted" ? null : (
          <Button
            onClick={() => change.mutate(true)}
            loading={change.isPending}
            disabled={blocked || (overriding && reason.trim() === "")}
            title={blocked ? "Not every criterion holds" : undefined}
          >
            {next === "supervised" ? "Put under supervision" : "Promote"}
          </Button>
        )}
        {found.staged_version ? (
          <Button variant="default" onClick={() => change.mutate(false)} loading={change.isPending}>
            Demote
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
