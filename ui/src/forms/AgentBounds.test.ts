import { expect, test } from "vitest";
import { bodyOf, boundsOf } from "./AgentBounds";

test("what is shown of an agent is what is saved again", () => {
  const agent = {
    model: "anthropic:own",
    defaults: { room: "Huddle 204", attempts: 3, urgent: true, list: ["a"] },
    guardrails: { max_actions: 2 },
  };
  expect(bodyOf(boundsOf(agent))).toEqual(agent);
  expect(bodyOf(boundsOf(undefined))).toEqual({ model: "", defaults: {}, guardrails: {} });
});

test("lines that are no pairs are left out, and words stay words", () => {
  const body = bodyOf({ model: " ", defaults: "a = 12 monkeys\n\nno pair\nb=#av = ops", guardrails: {} });
  expect(body).toEqual({ model: "", defaults: { a: "12 monkeys", b: "#av = ops" }, guardrails: {} });
});
