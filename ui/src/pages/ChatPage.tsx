import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Card,
  CopyButton,
  Drawer,
  Group,
  Loader,
  Menu,
  Stack,
  Text,
  TextInput,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { ask } from "../api/client";
import { chatMessages, chatThread, chatThreads } from "../api/queries";
import { speak } from "../api/speak";
import type { ChatMessage, ChatThread } from "../api/wire";
import { Composer } from "../forms/Composer";
import { paths } from "../paths";
import { ChatCardView, type Says } from "../widgets/ChatCards";
import { Empty } from "../widgets/Empty";
import { Icon } from "../widgets/Icon";
import { JsonView } from "../widgets/JsonView";
import { Markdown } from "../widgets/Markdown";
import { Refusal, toastError } from "../widgets/Refusal";
import { When } from "../widgets/When";

const EXAMPLES = [
  'How is room 204, and can you run the policy check for "Boardroom 1"?',
  "/tool health zoom",
  '/sop agent=Support name="Projector Reset"\nSteps:\n- Gather room_id\n- Reset projector via Q-SYS\n- Verify image via Slack photo',
  "Which runs failed lately?",
];

export function ChatPage() {
  const { thread } = useSearch({ from: "/chat" });
  const [open, list] = useDisclosure(false);
  return (
    <Group align="stretch" wrap="nowrap" gap="md" className="chat">
      <Stack w={260} gap="xs" visibleFrom="md" component="aside" aria-label="Conversations">
        <Threads current={thread} />
      </Stack>
      <Drawer opened={open} onClose={list.close} title="Conversations" size="xs">
        <Threads current={thread} onPick={list.close} />
      </Drawer>
      {/* Another conversation is another page: nothing half-written follows along. */}
      <Conversation key={thread ?? "new"} thread={thread} onList={list.open} />
    </Group>
  );
}

function Conversation({ thread, onList }: { thread?: string; onList: () => void }) {
  const { say: begun } = useSearch({ from: "/chat" });
  const queries = useQueryClient();
  const navigate = useNavigate({ from: "/chat" });
  const details = useQuery({ ...chatThread(thread ?? ""), enabled: thread !== undefined });
  const bites = useInfiniteQuery({ ...chatMessages(thread ?? ""), enabled: thread !== undefined });
  const messages = useMemo(
    () => (bites.data?.pages ?? []).flatMap((page) => page.items).reverse(),
    [bites.data],
  );
  const [text, setText] = useState(begun ?? "");
  const [json, setJson] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [written, setWritten] = useState("");
  const stop = useRef(new AbortController());
  const begunIn = useRef<string>(undefined);
  const send = useMutation({
    mutationFn: async (said: string) => {
      stop.current = new AbortController();
      const question = { thread_id: thread, text: said, json_mode: json };
      const answer = await speak(question, {
        onBegun: (begun) => {
          begunIn.current = begun;
        },
        onWords: setWritten,
        signal: stop.current.signal,
      });
      // A model that was stopped has yet to hand over what it wrote.
      if (!answer) await new Promise((resolve) => setTimeout(resolve, 400));
      return answer?.thread_id ?? begunIn.current;
    },
    onMutate: () => {
      setText("");
      setWritten("");
      begunIn.current = undefined;
    },
    onError: (_, said) => setText(said),
    onSuccess: (answeredIn) => {
      for (const key of ["chat", "runs", "inbox", "agents"]) queries.invalidateQueries({ queryKey: [key] });
      if (!thread && answeredIn) navigate({ search: { thread: answeredIn } });
    },
  });
  const mayWrite = details.data?.own !== false;
  const says: Says = {
    mayWrite,
    write: (next) => {
      setText(next);
      field.current?.focus();
    },
    send: (said) => send.mutate(said),
  };
  const last = messages.at(-1)?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message, or a question on its way, is shown
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [last, send.isPending, written]);
  const history = messages.filter((message) => message.role === "person").map((message) => message.text);
  return (
    <Stack flex={1} miw={0} gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <ActionIcon variant="subtle" hiddenFrom="md" onClick={onList} aria-label="Conversations">
            <Icon sign="list" size={18} />
          </ActionIcon>
          <Title order={1} size="h3" lineClamp={1}>
            {details.data?.title ?? "Chat"}
          </Title>
        </Group>
        <Group gap="xs" wrap="nowrap">
          {details.data ? <ThreadMenu thread={details.data} /> : null}
        </Group>
      </Group>
      <div className="chat-list" role="log" aria-label="Messages" aria-live="polite">
        <Refusal error={details.error ?? bites.error} />
        {bites.hasNextPage ? (
          <Group justify="center">
            <Button
              variant="subtle"
              size="xs"
              loading={bites.isFetchingNextPage}
              onClick={() => bites.fetchNextPage()}
            >
              Earlier messages
            </Button>
          </Group>
        ) : null}
        {messages.map((message, place) => (
          <Message key={message.seq} message={message} asked={messages[place - 1]?.text ?? ""} says={says} />
        ))}
        {send.isPending ? <Asking text={send.variables} written={written} /> : null}
        {!thread && !send.isPending ? <Begin says={says} /> : null}
        <Refusal error={send.error} />
        <div ref={end} />
      </div>
      {mayWrite ? (
        <Composer
          text={text}
          onChange={setText}
          onSend={says.send}
          json={json}
          onJson={setJson}
          history={[...history].reverse()}
          pending={send.isPending}
          onStop={() => stop.current.abort()}
          field={field}
        />
      ) : (
        <Text size="sm" c="dimmed">
          This conversation is somebody else's: you can read it, and begin one of your own.
        </Text>
      )}
    </Stack>
  );
}

function Begin({ says }: { says: Says }) {
  return (
    <Empty
      title="What is to be done?"
      why="Ask in plain words or give a command. Nothing is carried out unless you send it: plain words are answered with proposals."
    >
      <Stack gap="xs" mt="sm" maw={560}>
        {EXAMPLES.map((example) => (
          <Button
            key={example}
            variant="default"
            size="xs"
            justify="flex-start"
            h="auto"
            py={6}
            onClick={() => says.write(example)}
            classNames={{ label: "wrapped" }}
          >
            {example}
          </Button>
        ))}
      </Stack>
    </Empty>
  );
}

/** What was sent, until its answer is there, with what a model has written of it. */
function Asking({ text, written }: { text: string; written: string }) {
  return (
    <>
      <Card className="said" padding="sm" radius="md">
        <Text size="sm" className="as-written">
          {text}
        </Text>
      </Card>
      {written ? <Markdown text={written} /> : null}
      <Group gap="xs">
        <Loader size="xs" />
        <Text size="sm" c="dimmed">
          {written ? "Writing …" : "Working on it …"}
        </Text>
      </Group>
    </>
  );
}

function Message({ message, asked, says }: { message: ChatMessage; asked: string; says: Says }) {
  if (message.role === "person")
    return (
      <Card className="said" padding="sm" radius="md" component="article" aria-label="You">
        <Text size="sm" className="as-written">
          {message.text}
        </Text>
      </Card>
    );
  const { model, phases } = message;
  return (
    <Stack gap="xs" component="article" aria-label="Answer">
      {message.notes.map((note) => (
        <Text key={note} size="xs" c="dimmed">
          {note}
        </Text>
      ))}
      {message.cards.map((card, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an answer's parts never change their order
        <ChatCardView key={place} card={card} asked={asked} says={says} />
      ))}
      {message.json_mode ? <JsonView value={message.cards} label="raw answer" /> : null}
      <Group gap="xs">
        {phases ? (
          <Tooltip
            multiline
            maw={420}
            label={`Intake: ${phases.intake}. Plan: ${phases.plan}. Act: ${phases.act}. Verify: ${phases.verify}.`}
          >
            <Text size="xs" c="dimmed" tabIndex={0}>
              intake › plan › act › verify: {phases.verify}
            </Text>
          </Tooltip>
        ) : null}
        {model ? (
          <Text size="xs" c="dimmed">
            {model.mock ? "simulated " : ""}
            {model.provider} {model.model}, {model.input_tokens + model.output_tokens} tokens
            {model.cost_usd == null ? "" : `, $${model.cost_usd.toFixed(4)}`}
          </Text>
        ) : null}
        <Text size="xs" c="dimmed">
          <When time={message.at} />
        </Text>
      </Group>
    </Stack>
  );
}

function Threads({ current, onPick }: { current?: string; onPick?: () => void }) {
  const [words, setWords] = useState("");
  const [archived, setArchived] = useState(false);
  const [query] = useDebouncedValue(words, 250);
  const found = useQuery(chatThreads(query, archived));
  const items = found.data?.items ?? [];
  return (
    <>
      <Button component={Link} to={paths.chat()} size="xs" onClick={onPick}>
        New conversation
      </Button>
      <TextInput
        size="xs"
        placeholder="Search conversations"
        aria-label="Search conversations"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Refusal error={found.error} />
      <Stack gap={2} component="nav" aria-label="Conversations">
        {items.map((thread) => (
          <Link
            key={thread.id}
            to="/chat"
            search={{ thread: thread.id }}
            className="thread"
            data-current={thread.id === current || undefined}
            onClick={onPick}
          >
            <Text span size="sm" truncate>
              {thread.title}
            </Text>
            <Text span size="xs" c="dimmed">
              <When time={thread.updated_at} />
            </Text>
          </Link>
        ))}
        {found.data && items.length === 0 ? (
          <Text size="sm" c="dimmed" p="xs">
            {query
              ? "No conversation has these words."
              : archived
                ? "Nothing is archived."
                : "No conversation yet."}
          </Text>
        ) : null}
      </Stack>
      <Anchor component="button" type="button" size="xs" onClick={() => setArchived(!archived)}>
        {archived ? "Show current ones" : "Show archived"}
      </Anchor>
    </>
  );
}

function ThreadMenu({ thread }: { thread: ChatThread }) {
  const queries = useQueryClient();
  const navigate = useNavigate({ from: "/chat" });
  const address = `/api/v1/chat/threads/${thread.id}`;
  const change = useMutation({
    mutationFn: (change: { title?: string; archived?: boolean }) => ask<ChatThread>("PATCH", address, change),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["chat"] }),
    onError: toastError,
  });
  const remove = useMutation({
    mutationFn: () => ask<void>("DELETE", address),
    onSuccess: async () => {
      await navigate({ search: {} });
      queries.removeQueries({ queryKey: ["chat", "thread", thread.id] });
      queries.invalidateQueries({ queryKey: ["chat", "threads"] });
    },
    onError: toastError,
  });
  return (
    <>
      {thread.archived ? (
        <Badge variant="light" color="gray" tt="none">
          archived
        </Badge>
      ) : null}
      <CopyButton value={location.href}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {copied ? "Copied" : "Copy link"}
          </Button>
        )}
      </CopyButton>
      {thread.own ? (
        <Menu>
          <Menu.Target>
            <Button size="compact-xs" variant="default">
              More
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => {
                const title = prompt("Title of the conversation", thread.title)?.trim();
                if (title) change.mutate({ title });
              }}
            >
              Rename …
            </Menu.Item>
            <Menu.Item onClick={() => change.mutate({ archived: !thread.archived })}>
              {thread.archived ? "Take out of the archive" : "Archive"}
            </Menu.Item>
            <Menu.Item
              color="red"
              onClick={() => {
                if (confirm(`Delete “${thread.title}” with all its messages? Runs it started stay.`))
                  remove.mutate();
              }}
            >
              Delete …
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : null}
    </>
  );
}
