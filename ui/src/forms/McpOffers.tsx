// What an MCP server offers: seen, held against what was approved, and turned on or off.

import { Alert, Badge, Button, Card, Checkbox, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { McpServer, Offer, Tool } from "../api/wire";
import { Diff } from "../widgets/Diff";
import { JsonView } from "../widgets/JsonView";
import { Refusal } from "../widgets/Refusal";

const STANDINGS = {
  approved: ["teal", "approved"],
  new: ["orange", "new: off"],
  changed: ["orange", "changed: off"],
  gone: ["red", "no longer offered"],
  refused: ["red", "cannot be approved"],
  unasked: ["gray", "not asked since the start"],
} as const;

type Decision = { effect: Effect; repeat: Repeat };
type Effect = "read" | "write" | "destructive";
type Repeat = "safe" | "keyed" | "once";

export function McpOffers({ tool, mcp, mayManage }: { tool: Tool; mcp: McpServer; mayManage: boolean }) {
  const queries = useQueryClient();
  const address = `/api/v1/tools/${encodeURIComponent(tool.name)}`;
  const refresh = () => queries.invalidateQueries({ queryKey: ["tools"] });
  const [chosen, setChosen] = useState<Record<string, Decision>>({});
  const look = useMutation({ mutationFn: () => post<Tool>(`${address}/look`), onSettled: refresh });
  const approve = useMutation({
    mutationFn: (actions: Record<string, { hash: string } | null>) =>
      post<Tool>(`${address}/approvals`, { actions }),
    onSuccess: () => setChosen({}),
    onSettled: refresh,
  });
  const waiting = mcp.offers.filter(waits);
  const changed = waiting.filter((offer) => offer.standing === "changed");
  const choose = (offer: Offer, decision: Decision | undefined) =>
    setChosen(({ [offer.action]: _, ...others }) =>
      decision ? { ...others, [offer.action]: decision } : others,
    );
  const decided = mcp.offers.flatMap((offer) => {
    const decision = chosen[offer.action];
    return decision && offer.hash ? [[offer.action, { hash: offer.hash, ...decision }] as const] : [];
  });
  return (
    <Card withBorder component="section" aria-label="Offered by the server">
      <Group justify="space-between" mb="xs">
        <Title order={3}>Offered by the server</Title>
        {mayManage ? (
          <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate()}>
            Ask it now
          </Button>
        ) : null}
      </Group>
      <Stack gap="sm">
        {mcp.problem && !look.error ? (
          <Alert color="red" title="It could not be asked">
            {mcp.problem}
          </Alert>
        ) : null}
        <Refusal error={look.error ?? approve.error} />
        {waiting.length > 0 ? (
          <Alert color="orange" title={`${waiting.length} off until approved`}>
            {changed.length > 0
              ? `Since you approved it, the server has changed: ${changed.map((offer) => offer.action).join(", ")}. Look at what differs before it may be called again.`
              : "Look at what each says of itself. Its words steer those who read them, and are no more than its words."}
          </Alert>
        ) : null}
        {mayManage && waiting.length > 0 ? (
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              onClick={() =>
                setChosen(Object.fromEntries(waiting.map((offer) => [offer.action, assumed(offer)])))
              }
            >
              Choose all, carefully
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() =>
                setChosen(Object.fromEntries(waiting.map((offer) => [offer.action, claimed(offer)])))
              }
            >
              Choose all, as it claims
            </Button>
          </Group>
        ) : null}
        {mcp.offers.map((offer) => (
          <Row
            key={offer.action}
            offer={offer}
            decision={chosen[offer.action]}
            choose={mayManage ? (decision) => choose(offer, decision) : undefined}
            turnOff={mayManage ? () => approve.mutate({ [offer.action]: null }) : undefined}
          />
        ))}
        {mcp.offers.length === 0 && !mcp.problem ? (
          <Text size="sm" c="dimmed">
            It offers no tools.
          </Text>
        ) : null}
        {mayManage && mcp.offers.length > 0 ? (
          <Group justify="flex-end">
            <Button
              disabled={decided.length === 0}
              loading={approve.isPending}
              onClick={() => approve.mutate(Object.fromEntries(decided))}
            >
              {decided.length === 0 ? "Approve" : `Approve ${decided.length}`}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Card>
  );
}

function Row({
  offer,
  decision,
  choose,
  turnOff,
}: {
  offer: Offer;
  decision: Decision | undefined;
  choose?: (decision: Decision | undefined) => void;
  turnOff?: () => void;
}) {
  const [color, standing] = STANDINGS[offer.standing];
  const shown = offer.offered ?? offer.approved;
  return (
    <Card withBorder padding="sm" component="article" aria-label={offer.action}>
      <Group gap="xs" justify="space-between">
        {choose && waits(offer) ? (
          <Checkbox
            label={offer.action}
            checked={decision !== undefined}
            onChange={(event) => choose(event.currentTarget.checked ? assumed(offer) : undefined)}
            styles={{ label: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          />
        ) : (
          <Text size="sm" ff="monospace">
            {offer.action}
          </Text>
        )}
        <Group gap="xs">
          <Badge color={color} variant="light" tt="none">
            {standing}
          </Badge>
          {turnOff && offer.approved ? (
            <Button size="compact-xs" variant="subtle" color="red" onClick={turnOff}>
              Turn off
            </Button>
          ) : null}
        </Group>
      </Group>
      <Text size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
        {shown?.description ?? "It says nothing of itself."}
      </Text>
      {offer.reason ? (
        <Text size="sm" c="red">
          {offer.reason}
        </Text>
      ) : null}
      {shown ? (
        <Text size="xs" c="dimmed">
          it claims: {shown.claimed_effect}, {shown.claimed_repeat}
        </Text>
      ) : null}
      {choose && decision ? (
        <Group gap="sm" mt="xs" align="flex-end">
          <Select
            size="xs"
            label="What it does"
            data={["read", "write", "destructive"]}
            value={decision.effect}
            allowDeselect={false}
            onChange={(effect) => choose({ ...decision, effect: effect as Effect })} // one of `data`
          />
          <Select
            size="xs"
            label="A second call"
            data={[
              { value: "safe", label: "changes nothing more" },
              { value: "once", label: "may act twice" },
            ]}
            value={decision.repeat}
            allowDeselect={false}
            onChange={(repeat) => choose({ ...decision, repeat: repeat as Repeat })} // one of `data`
          />
        </Group>
      ) : null}
      {offer.standing === "changed" && offer.approved && offer.offered ? (
        <div>
          <Text size="sm" fw={600} mt="xs">
            What differs: {(offer.differs_in ?? []).join(", ")}
          </Text>
          <Diff before={text(offer.approved)} after={text(offer.offered)} />
        </div>
      ) : shown ? (
        <details>
          <summary>Schema of the arguments</summary>
          <JsonView value={shown.input_schema} label="the schema" />
        </details>
      ) : null}
    </Card>
  );
}

function waits(offer: Offer): boolean {
  return offer.standing === "new" || offer.standing === "changed";
}

/** As little of its word as is taken when nobody says otherwise. */
function assumed(offer: Offer): Decision {
  return {
    effect: offer.offered?.claimed_effect === "destructive" ? "destructive" : "write",
    repeat: "once",
  };
}

function claimed(offer: Offer): Decision {
  return offer.offered
    ? { effect: offer.offered.claimed_effect, repeat: offer.offered.claimed_repeat }
    : assumed(offer);
}

function text(definition: object): string {
  return `${JSON.stringify(definition, null, 2)}\n`;
}
