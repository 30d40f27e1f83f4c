// Where a message is written: completion of commands, history, and what Enter means.

import { Button, Group, Kbd, Paper, Stack, Switch, Text, Textarea, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useState } from "react";
import { agents, chatCommands, recipe, recipes, tools } from "../api/queries";
import { type Known, recipeIn, type Suggestion, suggestions } from "./chatCompletion";
import { readInputsSchema } from "./inputsSchema";

interface Props {
  text: string;
  onChange: (text: string) => void;
  onSend: (text: string) => void;
  json: boolean;
  onJson: (json: boolean) => void;
  /** What was said before, newest first. */
  history: string[];
  pending: boolean;
  onStop: () => void;
  field: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ text, onChange, onSend, json, onJson, history, pending, onStop, field }: Props) {
  const known = useKnown(text);
  const commands = useQuery(chatCommands).data?.items ?? [];
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState<string>();
  const [back, setBack] = useState(-1);
  const offered = closed === text ? [] : suggestions(text, commands, known);
  const chosen = offered[Math.min(at, offered.length - 1)];
  const write = (next: string) => {
    setAt(0);
    onChange(next);
  };
  const take = (suggestion: Suggestion) => {
    write(suggestion.text);
    field.current?.focus();
  };
  const recall = (place: number) => {
    const said = history[place];
    if (place < -1 || (place >= 0 && said === undefined)) return;
    setBack(place);
    write(said ?? "");
    setClosed(said);
  };
  const send = () => {
    if (!text.trim() || pending) return;
    setBack(-1);
    onSend(text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // A half-written character of an input method is not an answer.
    if (event.nativeEvent.isComposing) return;
    const plain = !event.shiftKey && !event.altKey && !event.metaKey && !event.ctrlKey;
    const act = keyAction(event.key, plain, {
      offers: offered.length > 0,
      lines: text.includes("\n"),
      recalls: text === "" || back >= 0,
      isHalf: /^\/sop(?:\s[^\n]*)?$/.test(text),
    });
    if (!act) return;
    event.preventDefault();
    if (act === "take" && chosen) take(chosen);
    if (act === "close") setClosed(text);
    if (act === "next") setAt((at + 1) % offered.length);
    if (act === "previous") setAt((at + offered.length - 1) % offered.length);
    if (act === "older") recall(back + 1);
    if (act === "newer") recall(back - 1);
    if (act === "line") write(`${text}\n`);
    if (act === "send") send();
  };
  return (
    <Stack gap={6}>
      {offered.length > 0 ? (
        <Paper withBorder p={4} role="listbox" aria-label="Completions" id="completions">
          {offered.map((suggestion) => (
            <UnstyledButton
              key={suggestion.text}
              className="completion"
              role="option"
              tabIndex={-1}
              aria-selected={suggestion === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <Text span size="sm" ff="monospace">
                {suggestion.label}
              </Text>
              <Text span size="xs" c="dimmed" truncate>
                {suggestion.detail}
              </Text>
            </UnstyledButton>
          ))}
        </Paper>
      ) : null}
      <Textarea
        ref={field}
        aria-label="Message"
        aria-controls={offered.length > 0 ? "completions" : undefined}
        placeholder="Ask in plain words, or type / for commands"
        autosize
        minRows={2}
        maxRows={12}
        spellCheck={false}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Switch
            size="xs"
            label="JSON mode"
            checked={json}
            onChange={(event) => onJson(event.currentTarget.checked)}
          />
          <Text size="xs" c="dimmed" visibleFrom="sm">
            <Kbd size="xs">Tab</Kbd> completes · <Kbd size="xs">Enter</Kbd> sends ·{" "}
            <Kbd size="xs">Shift Enter</Kbd> new line · <Kbd size="xs">↑</Kbd> earlier
          </Text>
        </Group>
        {pending ? (
          <Button size="xs" variant="default" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button size="xs" disabled={!text.trim()} onClick={send}>
            Send
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface Moment {
  offers: boolean;
  lines: boolean;
  recalls: boolean;
  /** A procedure is still to follow on the lines below. */
  isHalf: boolean;
}

/** What a key does now; nothing when the field's own meaning holds. */
function keyAction(key: string, plain: boolean, now: Moment) {
  if (!plain) return undefined;
  switch (key) {
    case "Tab":
      return now.offers ? "take" : undefined;
    case "Escape":
      return now.offers ? "close" : undefined;
    case "ArrowDown":
      return now.offers ? "next" : now.recalls && !now.lines ? "newer" : undefined;
    case "ArrowUp":
      return now.offers ? "previous" : now.recalls && !now.lines ? "older" : undefined;
    case "Enter":
      return now.isHalf ? "line" : "send";
    default:
      return undefined;
  }
}

function useKnown(text: string): Known {
  const all = useQuery(recipes).data?.items ?? [];
  const wanted = recipeIn(text)?.toLowerCase();
  const named = all.find((each) => each.name.toLowerCase() === wanted || each.slug === wanted);
  const details = useQuery({ ...recipe(named?.slug ?? ""), enabled: named !== undefined }).data;
  return {
    agents: (useQuery(agents).data?.items ?? []).map((agent) => agent.name),
    recipes: all.map((each) => each.name),
    tools: (useQuery(tools).data?.items ?? []).map((tool) => ({
      name: tool.name,
      actions: tool.actions.map((action) => ({ name: action.name, schema: action.input_schema })),
    })),
    inputs: Object.keys(readInputsSchema(details?.inputs_schema).properties),
  };
}
