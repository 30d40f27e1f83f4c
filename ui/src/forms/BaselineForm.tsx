// What incidents cost by hand: numbers with live savings, kept in the workspace, and a summary to take along.

import {
  Anchor,
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  NumberInput,
  SimpleGrid,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ask } from "../api/client";
import { baseline, me } from "../api/queries";
import type { Baseline, BaselineView, Measured } from "../api/wire";
import { announce } from "../widgets/NotificationList";
import { Refusal } from "../widgets/Refusal";
import { costOf, counted, estimated, figure, money, type Savings, saved, summary } from "../widgets/savings";
import { When } from "../widgets/When";

/** To begin with; every number is to be replaced by the reader's own. */
const EXAMPLE: Baseline = {
  incidents_a_week: 20,
  minutes_by_hand: 25,
  technician_hour: 55,
  automated_percent: 50,
  meetings_affected: 1,
  people_waiting: 8,
  minutes_waited: 10,
  person_hour: 80,
  currency: "EUR",
};

const FIELDS: { name: Exclude<keyof Baseline, "currency">; label: string; most: number }[] = [
  { name: "incidents_a_week", label: "Incidents a week", most: 100_000 },
  { name: "minutes_by_hand", label: "Minutes for one, by hand", most: 10_000 },
  { name: "technician_hour", label: "Cost of a technician's hour", most: 1_000_000 },
  { name: "automated_percent", label: "Recipes can take over, %", most: 100 },
  { name: "meetings_affected", label: "Meetings that one holds up", most: 1_000 },
  { name: "people_waiting", label: "People waiting in each", most: 10_000 },
  { name: "minutes_waited", label: "Minutes that they wait", most: 10_000 },
  { name: "person_hour", label: "Cost of an hour of one of them", most: 1_000_000 },
];

export function BaselineForm() {
  const view = useQuery(baseline);
  return (
    <Card withBorder component="section" aria-labelledby="baseline">
      <Title order={3} id="baseline">
        Baseline
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        What incidents cost when they are done by hand, to compare with what runs save.
      </Text>
      <Refusal error={view.error} />
      {view.data ? <Figures view={view.data} /> : null}
    </Card>
  );
}

function Figures({ view }: { view: BaselineView }) {
  const queries = useQueryClient();
  const may = useQuery(me).data?.permissions.includes("manage_workspace") ?? false;
  const [values, setValues] = useState<Baseline>(view.baseline ?? EXAMPLE);
  const [text, setText] = useState<string>();
  const save = useMutation({
    mutationFn: () => ask<BaselineView>("PUT", "/api/v1/setup/baseline", values),
    onSuccess: (next) => {
      queries.setQueryData(baseline.queryKey, next);
      announce({ title: "Baseline saved", text: "Everybody in this workspace sees these figures" });
    },
  });
  const dirty = JSON.stringify(values) !== JSON.stringify(view.baseline);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} spacing="sm">
        {FIELDS.map((field) => (
          <NumberInput
            key={field.name}
            label={field.label}
            min={0}
            max={field.most}
            hideControls
            value={values[field.name]}
            onChange={(value) => setValues({ ...values, [field.name]: Number(value) || 0 })}
          />
        ))}
        <TextInput
          label="Currency"
          maxLength={8}
          value={values.currency}
          onChange={(event) => setValues({ ...values, currency: event.currentTarget.value })}
        />
      </SimpleGrid>
      <Comparison values={values} measured={view.measured} />
      <Text size="xs" c="dimmed">
        Measured: {counted(view.measured.live, "successful run")} on real systems in the last{" "}
        {view.measured.weeks} weeks, each counted as one incident that was done by hand before. In the
        simulated campus, not counted: {view.measured.mock}.
      </Text>
      <Refusal error={save.error} />
      <Group mt="sm">
        <Button
          disabled={!may || !dirty}
          title={may ? undefined : "Your role may not change the workspace"}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          Save baseline
        </Button>
        <Button variant="default" onClick={() => setText(summary(values, view.measured))}>
          Generate summary
        </Button>
        {view.updated_at ? (
          <Text size="xs" c="dimmed">
            saved by {view.updated_by} <When time={view.updated_at} />
          </Text>
        ) : (
          <Text size="xs" c="dimmed">
            These are examples; put in your own numbers.
          </Text>
        )}
      </Group>
      {text ? <Summary text={text} /> : null}
    </>
  );
}

function Comparison({ values, measured }: { values: Baseline; measured: Measured }) {
  const columns: [string, Savings][] = [
    ["By hand (estimate)", costOf(values, values.incidents_a_week * measured.weeks)],
    ["Saved (estimate)", estimated(values, measured.weeks)],
    ["Saved (measured)", saved(values, measured)],
  ];
  const rows: [string, (savings: Savings) => string][] = [
    ["Incidents", (savings) => figure(savings.incidents)],
    ["Technician hours", (savings) => figure(savings.technicianHours)],
    ["Hours of waiting", (savings) => figure(savings.waitingHours)],
    ["Cost", (savings) => money(savings.money, values)],
  ];
  return (
    <Table.ScrollContainer minWidth={480} my="sm">
      <Table aria-label={`Savings in ${measured.weeks} weeks`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>In {measured.weeks} weeks</Table.Th>
            {columns.map(([label]) => (
              <Table.Th key={label} ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody aria-live="polite">
          {rows.map(([label, shown]) => (
            <Table.Tr key={label}>
              <Table.Td>{label}</Table.Td>
              {columns.map(([column, savings]) => (
                <Table.Td key={column} ta="right">
                  {shown(savings)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Summary({ text }: { text: string }) {
  const address = useMemo(() => `data:text/markdown;charset=utf-8,${encodeURIComponent(text)}`, [text]);
  return (
    <section aria-label="Summary">
      <Group my="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Anchor href={address} download="avops-savings.md" size="sm">
          Download .md
        </Anchor>
      </Group>
      <Code block style={{ whiteSpace: "pre-wrap" }}>
        {text}
      </Code>
    </section>
  );
}
