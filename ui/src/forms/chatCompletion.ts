// What may follow in a command: its words, names that exist, and the body of a call.

import type { ChatCommand, Json, JsonObject } from "../api/wire";

/** What exists, by name. */
export interface Known {
  agents: string[];
  recipes: string[];
  tools: { name: string; actions: { name: string; schema: Json }[] }[];
  /** Inputs of the recipe that the command names. */
  inputs: string[];
}

export interface Suggestion {
  label: string;
  detail: string;
  /** The whole message with the suggestion in it. */
  text: string;
}

const MOST = 8;

/** A name as a command must hold it: in quotes unless it is one plain word. */
export function quoteName(name: string): string {
  if (/^[\p{L}\p{N}_.:/@#+,-]+$/u.test(name)) return name;
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** What may be put at the end of `text`, the message up to the cursor. */
export function suggestions(text: string, commands: ChatCommand[], known: Known): Suggestion[] {
  if (!text.startsWith("/") || text.includes("\n")) return [];
  const said = text.toLowerCase();
  const command = commands.find((each) => said.startsWith(`${each.name} `));
  if (!command) {
    return commands
      .filter((each) => each.name.startsWith(said))
      .map((each) => ({ label: each.name, detail: each.does, text: `${each.name} ` }));
  }
  const { before, words, pairs, last } = taken(text, command.name.length);
  const pair = /^([\p{L}\p{N}_]+)=["“]?(.*)$/u.exec(last);
  if (pair) {
    const [, key = "", begun = ""] = pair;
    const kind = command.takes.find((each) => each.key === key)?.kind;
    return names(kind, begun, known).map((name) => ({
      label: name,
      detail: key,
      text: `${before}${key}=${quoteName(name)} `,
    }));
  }
  const begun = last.replace(/^["“]/, "");
  const standing = command.takes.filter((each) => each.key === null && each.kind !== "inputs");
  const next = standing[words];
  if (next?.kind === "json") return bodies(before, begun, text, known);
  const found = names(next?.kind, begun, known).map((name) => ({
    label: name,
    detail: next?.kind ?? "",
    text: `${before}${quoteName(name)} `,
  }));
  const keys = command.takes.flatMap((each) =>
    each.key && !pairs.includes(each.key) ? [{ key: each.key, detail: each.kind as string }] : [],
  );
  if (command.takes.some((each) => each.kind === "inputs"))
    keys.push(...known.inputs.filter((key) => !pairs.includes(key)).map((key) => ({ key, detail: "input" })));
  const further = next?.required
    ? []
    : keys
        .filter(({ key }) => key.startsWith(begun))
        .map(({ key, detail }) => ({ label: `${key}=`, detail, text: `${before}${key}=` }));
  return [...found, ...further].slice(0, MOST);
}

/** The value of `recipe=` in a message, if it has one. */
export function recipeIn(text: string): string | undefined {
  const found = /\brecipe\s*=\s*(?:["“]([^"”]*)["”]|(\S+))/u.exec(text);
  return found?.[1] ?? found?.[2];
}

/** The parts behind the words of a command: what is complete, and what is being written. */
function taken(text: string, from: number) {
  const parts = /\s+((?:[\p{L}\p{N}_]+=)?(?:["“][^"”]*["”]?|[^\s"“]*))/gu;
  parts.lastIndex = from;
  let words = 0;
  const pairs: string[] = [];
  let last = "";
  let before = text;
  for (let part = parts.exec(text); part; part = parts.exec(text)) {
    const [whole, value = ""] = part;
    if (parts.lastIndex === text.length) {
      last = value;
      before = text.slice(0, text.length - value.length);
      break;
    }
    const key = /^([\p{L}\p{N}_]+)=/u.exec(value)?.[1];
    if (key) pairs.push(key);
    else words += 1;
    if (whole === "") break;
  }
  return { before, words, pairs, last };
}

function names(kind: string | undefined, begun: string, known: Known): string[] {
  const all =
    kind === "agent"
      ? known.agents
      : kind === "recipe"
        ? known.recipes
        : kind === "tool"
          ? known.tools.map((tool) => tool.name)
          : [];
  const wanted = begun.toLowerCase();
  return all.filter((name) => name.toLowerCase().includes(wanted)).slice(0, MOST);
}

/** A call of each action of the tool that the command names, with what the action needs. */
function bodies(before: string, begun: string, text: string, known: Known): Suggestion[] {
  const name = text.trim().split(/\s+/)[2] ?? "";
  const tool = known.tools.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const wanted = begun.replace(/^['{]*/, "").toLowerCase();
  return (tool?.actions ?? [])
    .filter((action) => action.name.includes(wanted))
    .slice(0, MOST)
    .map((action) => ({
      label: action.name,
      detail: "call",
      text: `${before}'${JSON.stringify({ action: action.name, args: needed(action.schema) })}'`,
    }));
}

function needed(schema: Json): JsonObject {
  const shape = isObject(schema) ? schema : {};
  const properties = isObject(shape.properties) ? shape.properties : {};
  const required = Array.isArray(shape.required) ? shape.required : [];
  const args: JsonObject = {};
  for (const key of required) {
    if (typeof key !== "string") continue;
    const property = properties[key];
    args[key] = isObject(property) ? example(key, property) : key.toUpperCase();
  }
  return args;
}

function example(key: string, property: JsonObject): Json {
  if (property.default !== undefined) return property.default;
  if (Array.isArray(property.enum) && property.enum[0] !== undefined) return property.enum[0];
  switch (property.type) {
    case "integer":
    case "number":
      return property.minimum ?? 1;
    case "boolean":
      return true;
    case "array":
      return [];
    case "object":
      return {};
    default:
      return key.toUpperCase();
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
