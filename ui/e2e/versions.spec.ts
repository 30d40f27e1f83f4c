// Tests, promotion, export and import of recipes, against the real program.

import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

let stage: Stage;
const HDMI = "zoom-room-hdmi-black";

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

describe("versions of recipes", { timeout: 240_000 }, () => {
  it("runs the tests of a recipe and shows what is not as expected", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/recipes/zoom-room-admin-policy-check`);
    await page.getByRole("tab", { name: "Tests" }).click();
    await page.getByRole("button", { name: "Run tests" }).click();
    const results = page.getByRole("region", { name: "Test results" });
    // Each test has a whole campus of its own, which takes a busy machine its time.
    await results.getByText("all passed").waitFor({ timeout: 90_000 });
    await page.getByText("status: success").first().click();
    await page.keyboard.press("End");
    for (const _ of "success") await page.keyboard.press("Backspace");
    await page.keyboard.type("failed");
    await page.getByRole("button", { name: "Run tests" }).click();
    await results.getByText("1 failed").waitFor({ timeout: 90_000 });
    await results.getByText('"success"').waitFor();
  });

  it("puts a recipe under supervision, and promotes it only by an override with a reason", async () => {
    const { page } = stage;
    page.once("dialog", (dialog) => dialog.accept());
    await page.goto(`${stage.url}/recipes/${HDMI}`);
    await page.getByRole("tab", { name: "Promotion" }).click();
    await page.getByText("0/20 runs").first().waitFor();
    await page.getByRole("button", { name: "Put under supervision" }).click();
    const promote = page.getByRole("button", { name: "Promote" });
    await promote.waitFor();
    expect(await promote.isDisabled()).toBe(true);
    await page.getByLabel("Promote although criteria do not hold").check();
    await page.getByLabel("Reason").fill("pilot in two rooms");
    await promote.click();
    await page.getByText("pilot in two rooms", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "Demote" }).click();
    await promote.waitFor();
  });

  it("makes a test out of a run", async () => {
    const { page } = stage;
    const run = await stage.api<{ id: string }>("POST", "/api/v1/runs?wait=30s", {
      agent: "Admin",
      recipe: "Zoom Room Admin Policy Check",
      inputs: { room: "Boardroom 1" },
    });
    await page.goto(`${stage.url}/runs/${run.id}`);
    await page.getByRole("button", { name: "Make recipe test" }).click();
    await page.getByText('status: "success"', { exact: false }).waitFor();
    await page.getByRole("button", { name: "Add to the recipe's tests" }).click();
    await page.getByRole("button", { name: "Added" }).waitFor();
  });

  it("exports what is chosen and takes it in again under another name", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/recipes`);
    await page.getByLabel("Choose Room walk-through").check();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export 1" }).click(),
    ]);
    const zip = await download.path();
    await page.getByRole("button", { name: "Import" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .locator('input[type="file"]')
      .setInputFiles({ name: "one.zip", mimeType: "application/zip", buffer: readFileSync(zip) });
    await dialog.getByText("skipped", { exact: true }).waitFor();
    await dialog.getByText("Take both").click();
    await dialog.getByText("renamed", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Import" }).click();
    await page.getByRole("link", { name: "Room walk-through (2)" }).waitFor();
  });
});
