// The Setup Wizard: one press sets up, the choice is remembered, figures are kept, a word starts over.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

let stage: Stage;

beforeAll(async () => {
  stage = await start();
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

async function open() {
  await stage.page.goto(`${stage.url}/setup`);
  await stage.page.getByRole("heading", { name: "What would be created" }).waitFor();
}

describe("the Setup Wizard", { timeout: 90_000 }, () => {
  it("sets up by one press what is switched on, and remembers the switches", async () => {
    const { page } = stage;
    await open();
    await page.getByRole("switch", { name: "recipes" }).press("Space");
    await page.getByRole("button", { name: "Initialize" }).click();
    await page.getByText("Created 5, skipped").first().waitFor();
    await open();
    expect(await page.getByRole("switch", { name: "recipes" }).isChecked()).toBe(false);
    expect(await page.getByRole("switch", { name: "agents" }).isChecked()).toBe(true);
    await page.getByRole("switch", { name: "recipes" }).press("Space");
    await page.getByRole("button", { name: "Initialize" }).click();
    await page.getByText("Created 12, skipped").first().waitFor();
  });

  it("says what must be well, and what is", async () => {
    const { page } = stage;
    await open();
    for (const line of ["store", "disk space", "clock", "address", "tool zoom"]) {
      await page.getByText(line, { exact: true }).waitFor();
    }
    await page.getByText("reached from this machine only").waitFor();
  });

  it("shows savings as figures are typed, keeps them, and writes them up", async () => {
    const { page } = stage;
    await open();
    await page.getByLabel("Incidents a week").fill("100");
    const savings = page.getByRole("table", { name: "Savings in 4 weeks" });
    await savings.getByRole("row", { name: /Incidents 400 200 0/ }).waitFor();
    await page.getByRole("button", { name: "Save baseline" }).click();
    await page.getByText(/saved by owner/).waitFor();
    await open();
    await savings.getByRole("row", { name: /Incidents 400 200 0/ }).waitFor();
    await page.getByRole("button", { name: "Generate summary" }).click();
    const summary = page.getByRole("region", { name: "Summary" });
    await summary.getByText("100 incidents a week").waitFor();
    const arrives = page.waitForEvent("download");
    await summary.getByRole("link", { name: "Download .md" }).click();
    expect((await arrives).suggestedFilename()).toBe("avops-savings.md");
  });

  it("starts over only by its word and when no run is under way, and keeps the record", async () => {
    const { page } = stage;
    const { id } = await stage.api<{ id: string }>("POST", "/api/v1/runs?wait=10s", {
      agent: "Admin",
      recipe: "Zoom Room Admin Policy Check",
      inputs: {},
    });
    await open();
    await page.getByRole("button", { name: "Reset the workspace …" }).click();
    const dialog = page.getByRole("dialog");
    const reset = dialog.getByRole("button", { name: "Reset the workspace" });
    await dialog.getByText("5 agents").waitFor();
    await dialog.getByLabel("Type RESET to confirm").fill("reset");
    expect(await reset.isDisabled()).toBe(true);
    await dialog.getByLabel("Type RESET to confirm").fill("RESET");
    await reset.click();
    await dialog.getByText("1 run has not ended").waitFor();
    // The browser itself reports the refusal that the page then explains.
    expect(stage.complaints.splice(0).filter((text) => !text.includes("409"))).toEqual([]);
    await stage.api("POST", `/api/v1/runs/${id}/signals`, { kind: "cancel", reason: "done with it" });
    await reset.click();
    await page.getByText("Removed 5 agents, 10 recipes, 0 tools").first().waitFor();
    await page.getByText("will create 5 · 0 exist").waitFor();
    await page.goto(`${stage.url}/runs/${id}`);
    await page.getByRole("heading", { name: "Zoom Room Admin Policy Check" }).waitFor();
  });
});
