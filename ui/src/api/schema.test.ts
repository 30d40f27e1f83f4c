// The types of the API come from its description. `npm run schema` writes them anew.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { expect, it } from "vitest";

const DESCRIPTION = new URL("../../../openapi.json", import.meta.url);
const TYPES = new URL("./schema.ts", import.meta.url);

const HEAD = `// Made from /openapi.json by \`npm run schema\`; changes by hand are lost.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

`;

/** The types as TypeScript. What the description leaves open is any JSON, which says more than \`unknown\`. */
async function generated(): Promise<string> {
  const nodes = await openapiTS(await readFile(DESCRIPTION, "utf8"), {
    defaultNonNullable: false,
    transform: (schema) => {
      const open = openName(schema);
      return open && ts.factory.createTypeReferenceNode(open);
    },
  });
  return HEAD + astToString(nodes);
}

/** The name of what may hold anything, if `schema` says so. */
function openName(schema: object): "Json" | "JsonObject" | undefined {
  const { description: _, default: __, ...rules } = schema as Record<string, unknown>; // a schema is an object of words
  if (Object.keys(rules).length === 0) return "Json";
  const { type, additionalProperties, ...more } = rules;
  const free = type === "object" && additionalProperties === true && Object.keys(more).length === 0;
  return free ? "JsonObject" : undefined;
}

it("the checked-in types are those of the API description", async () => {
  const types = await generated();
  if (process.env.AVOPS_WRITE_SCHEMA) await writeFile(TYPES, types);
  const checkedIn = await readFile(TYPES, "utf8");
  expect(
    checkedIn === types,
    "src/api/schema.ts is stale: run `npm run schema` in ui/, or `make types`",
  ).toBe(true);
}, 60_000);
