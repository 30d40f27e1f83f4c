// The model of an agent, values for its inputs, and what its runs may do at most.

import { NumberInput, SimpleGrid, Stack, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { type JsonObject, objectIn } from "../api/wire";

export interface Bounds {
  model: string;
  /** `name = value`, one a line. */
  defaults: string;
  guardrails: JsonObject;
}

/** What a saved agent has, as the form shows it. */
export function boundsOf(
  agent: { model?: string | null; defaults: JsonObject; guardrails: unknown } | undefined,
): Bounds {
  const lines = Object.entries(agent?.defaults ?? {}).map(
    ([name, value]) => `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return {
    model: agent?.model ?? "",
    defaults: lines.join("\n"),
    guardrails: objectIn((agent?.guardrails ?? null) as JsonObject | null),
  };
}

/** What the API takes: numbers, truth values and lists as such, everything else as text. */
export function bodyOf(bounds: Bounds) {
  const defaults: JsonObject = {};
  for (const line of bounds.defaults.split("\n")) {
    const at = line.indexOf("=");
    if (at < 1) continue;
    const text = line.slice(at + 1).trim();
    defaults[line.slice(0, at).trim()] = /^(-?\d+(\.\d+)?|true|false|\[.*\]|\{.*\})$/.test(text)
      ? valueIn(text)
      : text;
  }
  return { model: bounds.model.trim(), defaults, guardrails: bounds.guardrails };
}

function valueIn(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function AgentBounds({ bounds, onChange }: { bounds: Bounds; onChange: (bounds: Bounds) => void }) {
  const { guardrails } = bounds;
  const set = (name: string, value: JsonObject[string] | undefined) => {
    const { [name]: _, ...others } = guardrails;
    onChange({ ...bounds, guardrails: value === undefined ? others : { ...others, [name]: value } });
  };
  const number = (name: string) => (typeof guardrails[name] === "number" ? guardrails[name] : "");
  const typed = (name: string) => (value: string | number) =>
    set(name, value === "" ? undefined : Number(value));
  const denied = Array.isArray(guardrails.deny_domains) ? guardrails.deny_domains.map(String) : [];
  return (
    <Stack gap="sm">
      <TextInput
        label="Model"
        description="For its agent steps and drafts. Nothing for the one in Settings; provider:name for one of the other provider."
        placeholder="the workspace's"
        value={bounds.model}
        onChange={(event) => onChange({ ...bounds, model: event.currentTarget.value })}
      />
      <Textarea
        label="Defaults for inputs"
        description="name = value, one a line: used where nobody gives a value"
        placeholder="channel = #av-support"
        autosize
        minRows={2}
        value={bounds.defaults}
        onChange={(event) => onChange({ ...bounds, defaults: event.currentTarget.value })}
      />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput
          label="Seconds for a run"
          placeholder="no limit"
          min={1}
          max={86_400}
          allowDecimal={false}
          value={number("timeout_s")}
          onChange={typed("timeout_s")}
        />
        <NumberInput
          label="Calls in act"
          placeholder="no limit"
          min={0}
          allowDecimal={false}
          value={number("max_actions")}
          onChange={typed("max_actions")}
        />
        <NumberInput
          label="Model tokens in a run"
          placeholder="no limit"
          min={0}
          allowDecimal={false}
          value={number("max_tokens")}
          onChange={typed("max_tokens")}
        />
      </SimpleGrid>
      <TagsInput
        label="Denied domains"
        placeholder="evil.example"
        value={denied}
        onChange={(list) => set("deny_domains", list.length > 0 ? list : undefined)}
      />
      <Switch
        label="Ask before every destructive call"
        checked={guardrails.approve_destructive === true}
        onChange={(event) => set("approve_destructive", event.currentTarget.checked || undefined)}
      />
      <Switch
        label="No recipe may switch off the look before harm"
        checked={guardrails.do_no_harm === true}
        onChange={(event) => set("do_no_harm", event.currentTarget.checked || undefined)}
      />
    </Stack>
  );
}
