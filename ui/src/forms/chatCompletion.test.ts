import { describe, expect, it } from "vitest";
import type { ChatCommand } from "../api/wire";
import { type Known, quoteName, recipeIn, suggestions } from "./chatCompletion";

const takes = (key: string | null, kind: ChatCommand["takes"][number]["kind"], required = true) => ({
  key,
  kind,
  required,
});
const commands: ChatCommand[] = [
  { name: "/tool health", does: "asks", example: "", takes: [takes(null, "tool")] },
  { name: "/tool action", does: "calls", example: "", takes: [takes(null, "tool"), takes(null, "json")] },
  {
    name: "/agent run",
    does: "runs",
    example: "",
    takes: [takes(null, "agent"), takes("recipe", "recipe", false), takes(null, "inputs", false)],
  },
];
const known: Known = {
  agents: ["Support", "AV Admin"],
  recipes: ["Projector Reset", "Preflight"],
  tools: [
    {
      name: "slack",
      actions: [
        {
          name: "post_message",
          schema: { required: ["channel", "text"], properties: { channel: { type: "string" }, text: {} } },
        },
      ],
    },
  ],
  inputs: ["room_id"],
};
const texts = (text: string) => suggestions(text, commands, known).map((each) => each.text);

describe("completion of commands", () => {
  it("begins with the commands themselves", () => {
    expect(texts("/")).toEqual(["/tool health ", "/tool action ", "/agent run "]);
    expect(texts("/tool a")).toEqual(["/tool action "]);
    expect(texts("hello")).toEqual([]);
  });

  it("knows the names that exist and quotes those of several words", () => {
    expect(texts("/tool health ")).toEqual(["/tool health slack "]);
    expect(texts("/agent run av")).toEqual(['/agent run "AV Admin" ']);
    expect(texts('/agent run "AV')).toEqual(['/agent run "AV Admin" ']);
    expect(texts('/agent run "AV Admin" recipe=proj')).toEqual([
      '/agent run "AV Admin" recipe="Projector Reset" ',
    ]);
  });

  it("offers what is not given yet, inputs of the recipe included", () => {
    expect(texts("/agent run Support ")).toEqual([
      "/agent run Support recipe=",
      "/agent run Support room_id=",
    ]);
    expect(texts('/agent run Support recipe="Projector Reset" ro')).toEqual([
      '/agent run Support recipe="Projector Reset" room_id=',
    ]);
  });

  it("writes the body of a call", () => {
    expect(texts("/tool action slack ")).toEqual([
      '/tool action slack \'{"action":"post_message","args":{"channel":"CHANNEL","text":"TEXT"}}\'',
    ]);
  });

  it("reads which recipe is meant", () => {
    expect(recipeIn('/agent run A recipe="Projector Reset" x=1')).toBe("Projector Reset");
    expect(recipeIn("/agent run A recipe=preflight")).toBe("preflight");
    expect(recipeIn("/agent run A")).toBeUndefined();
    expect(quoteName('say "x"')).toBe('"say \\"x\\""');
  });
});
