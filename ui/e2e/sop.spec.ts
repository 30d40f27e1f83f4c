// SOP to recipe, against the real program: paste, look line by line, answer a question, save, attach.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const SOP = `Projector on

Hello team,
1. Turn on the projector
2. Check that the projector has no errors
3. Look at the picture`;

let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

describe("SOP to recipe", { timeout: 90_000 }, () => {
  it("drafts a valid recipe and accounts for every line", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/recipes`);
    await page.getByRole("link", { name: "New from SOP" }).click();
    await page.getByLabel("Procedure").fill(SOP);
    await page.getByRole("combobox", { name: "Agent" }).click();
    await page.getByRole("option", { name: "Support" }).click();
    await page.getByRole("button", { name: "Draft recipe" }).click();
    const lines = page.getByRole("region", { name: "Lines" });
    await lines.getByText("5 lines, 1 unused").waitFor();
    await page.getByRole("region", { name: "Draft" }).getByText("valid").waitFor();
    await page.getByText("pjlink.power_on").waitFor();
    await page.getByText("drafted by rules").waitFor();
    await page.getByText(/models are simulated in mock mode/).waitFor();
  });

  it("shows a tip until somebody closes it", async () => {
    const { page } = stage;
    const tip = page.getByRole("note", { name: "Tip" });
    await tip.getByRole("link", { name: "More in the manual" }).waitFor();
    await tip.getByRole("button", { name: "Close this tip" }).click();
    await tip.waitFor({ state: "detached" });
  });

  it("puts an answer into the draft, and its question is gone", async () => {
    const { page } = stage;
    const questions = page.getByRole("region", { name: "Questions" });
    await questions.getByRole("textbox", { name: /Which room/ }).fill("Boardroom 4");
    await questions.getByRole("button", { name: "Put the answers into the draft" }).click();
    await page
      .getByText(/default: *Boardroom 4/)
      .first()
      .waitFor();
    await questions.getByRole("textbox", { name: /Which room/ }).waitFor({ state: "detached" });
  });

  it("saves the recipe and attaches it to the agent, only when told to", async () => {
    const { page } = stage;
    const before = await stage.api<{ recipes: string[] }>("GET", "/api/v1/agents/support");
    expect(before.recipes).not.toContain("Projector on");
    await page.getByRole("button", { name: "Attach to Agent" }).click();
    await page.waitForURL(/\/recipes\/projector-on$/);
    const after = await stage.api<{ recipes: string[] }>("GET", "/api/v1/agents/support");
    expect(after.recipes).toContain("Projector on");
  });
});
