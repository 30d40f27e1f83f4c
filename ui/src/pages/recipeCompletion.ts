// What can stand at the cursor of a recipe: keys of the schema, actions of the tools, names in expressions.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Json, StepOutline, Tool } from "../api/wire";

interface Known {
  schema: Json | undefined;
  tools: Tool[];
  inputs: string[];
  steps: StepOutline[];
}

const SECTIONS = new Set(["intake", "plan", "act", "verify"]);

export function completeRecipe(known: Known) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    return (
      inExpression(before, context, known) ??
      inAction(before, context, known) ??
      inKey(before, context, known)
    );
  };
}

function inExpression(before: string, context: CompletionContext, known: Known): CompletionResult | null {
  const open = before.lastIndexOf("{{") > before.lastIndexOf("}}");
  const bare = /^\s*(- )?(check|when|until|if|for_each):/.test(before);
  if (!open && !bare) return null;
  const word = /[\w.]*$/.exec(before)?.[0] ?? "";
  if (word === "" && !context.explicit && !open) return null;
  const names = [
    ...known.inputs.map((name) => `intake.${name}`),
    ...[
      "run.id",
      "run.url",
      "run.trigger",
      "run.started_at",
      "run.elapsed_s",
      "recipe.name",
      "recipe.version",
    ],
    ...["agent.name", "agent.domain", "item", "loop.index"],
    ...known.steps.flatMap((step) => (step.action ? [step.action] : [])),
  ];
  return {
    from: context.pos - word.length,
    options: names.map((label) => ({ label, type: "variable" })),
    validFor: /^[\w.]*$/,
  };
}

function inAction(before: string, context: CompletionContext, known: Known): CompletionResult | null {
  const found = /action:\s*["']?([\w.]*)$/.exec(before);
  if (!found) return null;
  const options = known.tools.flatMap((tool) =>
    tool.actions.map(
      (action): Completion => ({
        label: `${tool.name}.${action.name}`,
        detail: action.effect,
        info: action.description,
        type: "function",
      }),
    ),
  );
  return { from: context.pos - (found[1]?.length ?? 0), options, validFor: /^[\w.]*$/ };
}

function inKey(before: string, context: CompletionContext, known: Known): CompletionResult | null {
  const found = /^(\s*)(- )?([\w]*)$/.exec(before);
  if (!found || (!context.explicit && !found[3])) return null;
  const indent = found[1]?.length ?? 0;
  const options = Object.entries(properties(known.schema, place(context, indent))).map(
    ([label, described]): Completion => ({
      label,
      apply: `${label}: `,
      info:
        typeof described === "object" && described && "description" in described
          ? String(described.description)
          : undefined,
      type: "property",
    }),
  );
  return { from: context.pos - (found[3]?.length ?? 0), options, validFor: /^\w*$/ };
}

/** Whether the cursor stands at the top, in a step or in the guardrails. */
function place(context: CompletionContext, indent: number): "top" | "step" | "guardrails" {
  if (indent === 0) return "top";
  for (let number = context.state.doc.lineAt(context.pos).number; number >= 1; number -= 1) {
    const key = /^(\w+):/.exec(context.state.doc.line(number).text)?.[1];
    if (key && SECTIONS.has(key)) return "step";
    if (key === "guardrails") return "guardrails";
    if (key) return "top";
  }
  return "top";
}

function properties(schema: Json | undefined, where: "top" | "step" | "guardrails"): { [key: string]: Json } {
  const root = object(schema);
  const part = where === "top" ? root : object(object(root.$defs)[where]);
  return object(part.properties);
}

function object(value: Json | undefined): { [key: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}
