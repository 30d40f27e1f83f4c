import { expect, it } from "vitest";
import { readInputsSchema } from "./inputsSchema";

it("reads what a form needs, and nothing that is not there", () => {
  const read = readInputsSchema({
    type: "object",
    required: ["room", 7],
    properties: {
      room: { type: "string", title: "Room", minLength: 1 },
      level: { enum: [1, 2], default: 1 },
    },
  });
  expect(read).toEqual({
    required: ["room"],
    properties: { room: { type: "string", title: "Room" }, level: { enum: [1, 2], default: 1 } },
  });
});

it("draws no field where no schema is, whatever stands in its place", () => {
  for (const nothing of [undefined, null, "text", [], { properties: 3, required: "room" }])
    expect(readInputsSchema(nothing)).toEqual({ properties: {}, required: [] });
});
