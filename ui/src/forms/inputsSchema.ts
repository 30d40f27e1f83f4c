// The part of a JSON Schema that a form is drawn from. The server describes it as any JSON; what is not understood is
// left out, and the server checks all values again.

import { type Json, type JsonObject, objectIn } from "../api/wire";

export interface InputProperty {
  type?: string;
  title?: string;
  format?: string;
  default?: Json;
  enum?: Json[];
}

export interface InputsSchema {
  properties: Record<string, InputProperty>;
  required: string[];
}

/** Reads a schema of inputs; without one there is nothing to fill in. */
export function readInputsSchema(schema: Json | undefined): InputsSchema {
  const { properties, required } = objectIn(schema);
  return {
    properties: Object.fromEntries(
      Object.entries(objectIn(properties)).map(([name, property]) => [
        name,
        readProperty(objectIn(property)),
      ]),
    ),
    required: Array.isArray(required) ? required.filter((name) => typeof name === "string") : [],
  };
}

function readProperty(property: JsonObject): InputProperty {
  return {
    type: text(property.type),
    title: text(property.title),
    format: text(property.format),
    default: property.default,
    enum: Array.isArray(property.enum) ? property.enum : undefined,
  };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
