// The parts of an answer, each drawn in its own way.

import { Alert, Anchor, Badge, Button, Card, Code, Group, List, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../api/client";
import { chatCommands, inbox, me, run as runQuery } from "../api/queries";
import type { ChatCard, Settings } from "../api/wire";
import { Answer } from "../forms/Answer";
import { ChatDraft } from "../forms/ChatDraft";
import { paths } from "../paths";
import { HealthMark } from "./HealthMark";
import { JsonView, visible } from "./JsonView";
import { Markdown } from "./Markdown";
import { Refusal } from "./Refusal";
import { ModeBadge, Status } from "./Status";

/** What a card can do: put a command into the composer, or send it. */
export interface Says {
  write: (text: string) => void;
  send: (text: string) => void;
  /** False in a conversation of somebody else, where nothing can be said. */
  mayWrite: boolean;
}

export function ChatCardView({ card, asked, says }: { card: ChatCard; asked: string; says: Says }) {
  switch (card.kind) {
    case "words":
      return <Markdown text={card.markdown} />;
    case "mistake":
      return <MistakeCard mistake={card.mistake} asked={asked} says={says} />;
    case "refusal":
      return (
        <Alert color="red" title={card.message}>
          {card.hint}
        </Alert>
      );
    case "draft":
      return <ChatDraft draft={card.draft} />;
    case "attached":
      return (
        <Text size="sm">
          <RecipeLink slug={card.slug} name={card.recipe} />{" "}
          {card.is_new ? "is attached to" : "was attached before to"} {card.agent}.
        </Text>
      );
    case "recipe":
      return (
        <Alert color="yellow" title={`There is a recipe “${card.name}” already`}>
          Nothing was overwritten: <RecipeLink slug={card.slug} name={`${card.name} v${card.version}`} />
        </Alert>
      );
    case "run":
      return <RunCard id={card.run_id} />;
    case "health":
      return <HealthCard card={card} says={says} />;
    case "call":
      return <CallCard card={card} says={says} />;
    case "proposal":
      return <Proposal command={card.command} does={card.does} says={says} />;
    case "passage":
      return (
        <Card withBorder padding="sm">
          <Anchor
            renderRoot={(props) => (
              <Link {...props} to="/help" search={{ page: card.page, section: card.anchor }} />
            )}
            fw={600}
          >
            {card.title === card.section ? card.title : `${card.title} › ${card.section}`}
          </Anchor>
          <Markdown text={card.excerpt} />
        </Card>
      );
    case "runs":
      return <RunLines title={card.title} runs={card.runs} />;
    case "commands":
      return <Commands says={says} />;
  }
}

function RecipeLink({ slug, name }: { slug: string; name: string }) {
  return (
    <Anchor component={Link} to={paths.recipe(slug)}>
      {name}
    </Anchor>
  );
}

function MistakeCard({
  mistake,
  asked,
  says,
}: {
  mistake: Extract<ChatCard, { kind: "mistake" }>["mistake"];
  asked: string;
  says: Says;
}) {
  // Places count characters as people do, not the halves in which a script counts them.
  const letters = [...asked];
  const from = Math.min(mistake.place, letters.length);
  const to = from + mistake.length;
  const begin = letters.lastIndexOf("\n", from - 1) + 1;
  const found = letters.indexOf("\n", to);
  const end = found < 0 ? letters.length : found;
  const part = (a: number, b: number) => visible(letters.slice(a, b).join(""));
  const { corrected } = mistake;
  return (
    <Alert color="orange" title={mistake.message}>
      <Code block className="mistake">
        {part(begin, from)}
        <mark>{part(from, to) || " "}</mark>
        {part(to, end)}
      </Code>
      {mistake.help ? (
        <Text size="sm" mt="xs">
          {mistake.help}
        </Text>
      ) : null}
      {corrected ? (
        <>
          <Text size="sm" mt="xs">
            Probably meant:
          </Text>
          <Command text={corrected} says={says} />
        </>
      ) : null}
    </Alert>
  );
}

function Proposal({ command, does, says }: { command: string; does: string; says: Says }) {
  return (
    <Card withBorder padding="sm">
      <Text size="sm" mb={4}>
        {does ? `This ${does}:` : "Proposed:"}
      </Text>
      <Command text={command} says={says} />
    </Card>
  );
}

/** A command with the two things that a person can do with it. Nothing happens before. */
function Command({ text, says }: { text: string; says: Says }) {
  return (
    <Stack gap={6}>
      <Code block className="command">
        {visible(text)}
      </Code>
      {says.mayWrite ? (
        <Group gap="xs">
          <Button size="compact-sm" onClick={() => says.send(text)}>
            Send
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => says.write(text)}>
            Edit
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

/** A run as it stands now, with what it waits for. */
function RunCard({ id }: { id: string }) {
  const found = useQuery(runQuery(id));
  const waits = useQuery(inbox).data?.items.filter((item) => item.run_id === id) ?? [];
  const run = found.data;
  if (!run) return <Refusal error={found.error} />;
  return (
    <Card withBorder padding="sm" component="section" aria-label={`Run of ${run.recipe}`}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Anchor component={Link} to={paths.run(id)} fw={600}>
            {run.name}
          </Anchor>
          <Status value={run.status} note={run.waiting_for} />
          <ModeBadge mode={run.mode} />
        </Group>
        <Text size="xs" c="dimmed">
          {run.agent ?? "no agent"} · {run.steps.filter((step) => step.status === "ok").length} of{" "}
          {run.steps.length} steps done
        </Text>
      </Group>
      {run.error ? (
        <Text size="sm" c="red" mt={4}>
          {run.error.message}
        </Text>
      ) : null}
      {run.artifacts.length > 0 ? (
        <List size="sm" mt="xs">
          {run.artifacts.map((artifact) => (
            <List.Item key={artifact.id}>
              <Badge size="xs" variant="light" tt="none" mr={6}>
                {artifact.kind}
              </Badge>
              {artifact.url ? (
                <Anchor href={artifact.url} target="_blank" rel="noreferrer" size="sm">
                  {artifact.title ?? artifact.url}
                </Anchor>
              ) : (
                (artifact.title ?? artifact.external_id ?? "")
              )}
            </List.Item>
          ))}
        </List>
      ) : null}
      <Stack gap="xs" mt={waits.length ? "xs" : 0}>
        {waits.map((item) => (
          <Answer
            key={item.step}
            run={item.run_id}
            step={item.step}
            reason={item.reason}
            prompt={item.prompt}
            role={item.role}
            until={item.until ?? null}
            schema={item.schema}
            evidence={item.evidence}
            mayAnswer={item.may_answer}
          />
        ))}
      </Stack>
    </Card>
  );
}

function HealthCard({ card, says }: { card: Extract<ChatCard, { kind: "health" }>; says: Says }) {
  return (
    <Card withBorder padding="sm">
      <Group gap="xs">
        <Anchor component={Link} to={paths.tool(card.tool)} fw={600}>
          {card.tool}
        </Anchor>
        <HealthMark health={{ ...card, checked_at: "" }} />
        <Text size="sm" c="dimmed">
          {card.latency_ms} ms
        </Text>
      </Group>
      <Text size="sm" mt={4}>
        {card.detail}
      </Text>
      {card.ok ? null : <Mend tool={card.tool} says={says} />}
    </Card>
  );
}

function CallCard({ card, says }: { card: Extract<ChatCard, { kind: "call" }>; says: Says }) {
  return (
    <Card withBorder padding="sm">
      <Group gap="xs" mb={6}>
        <Text fw={600}>{card.action}</Text>
        <Status value={card.ok ? "ok" : "failed"} />
        <Anchor component={Link} to={paths.run(card.run_id)} size="sm">
          the run that records it
        </Anchor>
      </Group>
      {card.error ? (
        <Text size="sm" c="red" mb={6}>
          {card.error}
        </Text>
      ) : null}
      <JsonView value={card.result} label="result" />
      {card.artifacts.map((artifact) => (
        <Group key={`${artifact.kind}:${artifact.external_id}:${artifact.url}`} gap={6} mt={6}>
          <Badge size="sm" variant="light" tt="none">
            {artifact.kind}
          </Badge>
          {artifact.url ? (
            <Anchor href={artifact.url} target="_blank" rel="noreferrer" size="sm">
              {artifact.title ?? artifact.url}
            </Anchor>
          ) : (
            <Text size="sm">{artifact.title ?? artifact.external_id}</Text>
          )}
        </Group>
      ))}
      {card.ok ? null : <Mend tool={card.action.split(".")[0] ?? ""} says={says} />}
    </Card>
  );
}

/** What the manual says to do about a tool that fails, as buttons. */
function Mend({ tool, says }: { tool: string; says: Says }) {
  const queries = useQueryClient();
  const who = useQuery(me).data;
  const mock = useMutation({
    mutationFn: () => ask<Settings>("PATCH", "/api/v1/settings", { mock: true }),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Group gap="xs" mt="xs">
      {says.mayWrite ? (
        <Button size="compact-sm" variant="default" onClick={() => says.send(`/tool health ${tool}`)}>
          Check health
        </Button>
      ) : null}
      {who?.mock ? null : (
        <Button size="compact-sm" variant="default" loading={mock.isPending} onClick={() => mock.mutate()}>
          Switch to mock mode
        </Button>
      )}
      <Refusal error={mock.error} />
    </Group>
  );
}

function RunLines({ title, runs }: { title: string; runs: Extract<ChatCard, { kind: "runs" }>["runs"] }) {
  return (
    <Card withBorder padding="sm">
      <Text fw={600} size="sm">
        {title}
      </Text>
      <Stack gap={4} mt={runs.length ? 6 : 0}>
        {runs.map((line) => (
          <Group key={`${line.run_id}:${line.error}`} gap="xs" wrap="nowrap" align="flex-start">
            <Status value={line.status} className="whole" />
            <Text size="sm">
              <Anchor component={Link} to={paths.run(line.run_id)}>
                {line.name}
              </Anchor>
              {line.error ? ` — ${line.error}` : ""}
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function Commands({ says }: { says: Says }) {
  const known = useQuery(chatCommands).data?.items ?? [];
  return (
    <Table>
      <Table.Tbody>
        {known.map((command) => (
          <Table.Tr key={command.name}>
            <Table.Td>
              <Anchor
                component="button"
                type="button"
                size="sm"
                ta="left"
                disabled={!says.mayWrite}
                onClick={() => says.write(command.example)}
              >
                {command.name}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Text size="sm">{command.does}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
