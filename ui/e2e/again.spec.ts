// Running again, pausing, comparing, and trying a text out, against the real program.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const YAML = `name: Ticket and check
intake:
  - ask: "Which room?"
    as: room
    default: "Boardroom 1"
  - ask: "Is it fixed?"
    as: fixed
    default: "no"
plan:
  - action: zoom.lookup_zoom_room
    with: { query: "{{ intake.room }}" }
act:
  - action: incident_ticketing.create
    title: Open a ticket
    with: { title: "Look at {{ zoom_room.name }}", description: x }
    as: incident
  - check: "intake.fixed == 'yes'"
    title: Is it fixed
  - wait: 2s
verify:
  - check: "incident.id != ''"
`;
let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {
    seed: { agents: true, recipes: true, tools: true, workflows: false },
  });
  await stage.api("POST", "/api/v1/recipes", { yaml: YAML });
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

async function run(inputs: Record<string, string>, wait = "20s"): Promise<string> {
  const started = await stage.api<{ id: string }>("POST", `/api/v1/runs?wait=${wait}`, {
    agent: "Support",
    recipe: "Ticket and check",
    inputs,
  });
  return started.id;
}

describe("a run", { timeout: 90_000 }, () => {
  it("goes on where it failed, with what was done and another input", async () => {
    const { page } = stage;
    const failed = await run({ fixed: "no" });
    await page.goto(`${stage.url}/runs/${failed}`);
    await page.getByRole("button", { name: "Go on from here …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("1 step reused").waitFor();
    await dialog.getByLabel("With other inputs").check();
    await dialog.getByLabel("Is it fixed?").fill("yes");
    await dialog.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(failed));
    await page.getByText("it worked, and that was verified").waitFor();
    await page.getByText("· reused").waitFor();
    await page.getByText("from where it failed").waitFor();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.waitForURL(/\/compare\?with=/);
    const inputs = page.getByRole("region", { name: "Inputs" });
    await inputs.getByText("differs").waitFor();
    await page.getByRole("region", { name: "Steps" }).getByText("Is it fixed", { exact: true }).waitFor();
    // The first run says by which it was gone on from, and hands its results on once.
    await page.goto(`${stage.url}/runs/${failed}`);
    await page.getByText("run again as").waitFor();
  });

  it("says what a chosen step means before it starts there", async () => {
    const { page } = stage;
    const failed = await run({ fixed: "no" });
    await page.goto(`${stage.url}/runs/${failed}`);
    await page.getByRole("button", { name: "Run again …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("1 step reused").waitFor();
    await dialog.getByRole("combobox", { name: "Begin" }).click();
    await page.getByRole("option", { name: /act\.1/ }).click();
    await dialog.getByText("Nothing is reused").waitFor();
    await page.keyboard.press("Escape");
  });

  it("pauses between steps and is resumed", async () => {
    const { page } = stage;
    const id = await run({ fixed: "yes" }, "10ms");
    await page.goto(`${stage.url}/runs/${id}`);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByLabel("Reason").fill("lunch");
    await page.getByRole("button", { name: "Pause the run" }).click();
    await page.getByText("it is paused until somebody resumes it").waitFor();
    await page.getByText("Paused by owner: lunch").first().waitFor();
    await page.getByRole("button", { name: "Resume" }).first().click();
    await page.getByText("it worked, and that was verified").waitFor();
  });
});

describe("a text", { timeout: 90_000 }, () => {
  it("is tried out by Ctrl Enter without being saved, and versions are compared pairwise", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/recipes/ticket-and-check`);
    const editor = page.getByRole("textbox", { name: "Recipe YAML" });
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# tried out");
    await page.keyboard.press("Control+Enter");
    const trial = page.getByLabel("Dry run of this text");
    await trial.getByText(/it failed in act/).waitFor();
    const recipe = await stage.api<{ version: number }>("GET", "/api/v1/recipes/ticket-and-check");
    expect(recipe.version).toBe(1);
    await stage.api("PUT", "/api/v1/recipes/ticket-and-check", { yaml: `${YAML}# two\n`, changelog: "two" });
    await stage.api("PUT", "/api/v1/recipes/ticket-and-check", {
      yaml: `${YAML}# three\n`,
      changelog: "three",
    });
    page.once("dialog", (dialog) => dialog.accept());
    await page.goto(`${stage.url}/recipes/ticket-and-check`);
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByRole("combobox", { name: "From" }).click();
    await page.getByRole("option", { name: "v1" }).click();
    await page.getByRole("combobox", { name: "To" }).click();
    await page.getByRole("option", { name: "v2" }).click();
    await page.getByText("+ # two").waitFor();
  });
});
