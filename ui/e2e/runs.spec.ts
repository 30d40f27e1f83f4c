// Finding runs, telling many of them one thing, and the figures over them, against the real program.

import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const POLICY = "Zoom Room Admin Policy Check";
let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {
    seed: { agents: true, recipes: true, tools: true, workflows: false },
  });
  for (const room of ["Boardroom 1", "Huddle 101", "Boardroom 4"]) await run({ room });
  await run({});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

async function run(inputs: Record<string, string>): Promise<string> {
  const started = await stage.api<{ id: string }>("POST", "/api/v1/runs?wait=20s", {
    agent: "Admin",
    recipe: POLICY,
    inputs,
  });
  return started.id;
}

/** The rows of runs that are listed. */
const rows = () => stage.page.locator("tbody tr");

describe("runs", { timeout: 90_000 }, () => {
  it("are found by filters that live in the address, and sorted by the server", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/runs?status=failed&sort=duration_ms`);
    await rows().first().waitFor();
    expect(await rows().count()).toBe(1);
    await page.getByText("failed", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Needs a person" }).click();
    await page.waitForURL(/status=waiting/);
    await page.getByText("waiting · input").waitFor();
    await page.goto(`${stage.url}/runs`);
    await page.getByRole("button", { name: "Duration" }).click();
    await page.waitForURL(/sort=duration_ms/);
    await rows().first().getByText("waiting · input").waitFor();
  });

  it("keep a view under its name, and show the columns that were chosen", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/runs?mode=mock&trigger=api`);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save these filters …" }).click();
    await page.getByLabel("Name").fill("By programs");
    await page.getByRole("button", { name: "Save the view" }).click();
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Asked by" }).check();
    await page.getByRole("columnheader", { name: "Asked by" }).waitFor();
    await page.goto(`${stage.url}/runs`);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "By programs" }).click();
    await page.waitForURL(/trigger=api/);
  });

  it("are taken along as a file", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/runs`);
    await rows().first().waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const lines = readFileSync(await (await saved).path(), "utf8").split("\r\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^id,name,status/);
  });

  it("are walked through and chosen by keys, and told one thing at once", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/runs`);
    await rows().first().waitFor();
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await page.getByText("2 chosen").waitFor();
    await page.getByRole("button", { name: "Cancel …" }).click();
    await page.getByLabel("Reason").fill("wrong room");
    await page.getByRole("button", { name: "Cancel 2 runs" }).click();
    await page
      .getByText(/1 done, 1 refused/)
      .first()
      .waitFor();
    await page.getByText(/the run is over/).waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByText(/; it was cancelled/).waitFor();
  });

  it("stand behind every figure of the dashboard", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/dashboard`);
    await page.getByRole("link", { name: /Failed/ }).click();
    await page.waitForURL(/\/runs\?.*status=failed/);
    await page.goto(`${stage.url}/dashboard`);
    await page.getByText("day", { exact: true }).click();
    await page.waitForURL(/bucket=day/);
    await page.getByRole("heading", { name: "Runs per day" }).waitFor();
    const recipes = page.getByRole("row").filter({ hasText: POLICY }).first();
    await recipes.getByRole("link", { name: "4" }).click();
    await page.waitForURL(/recipe=Zoom/);
    expect(await rows().count()).toBe(4);
  });

  it("are shown on a wall without anything around them, and the wall finds its way back", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/dashboard/wall`);
    await page.getByText("Success rate").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
    await page.context().setOffline(true);
    await page.evaluate(() => undefined);
    await page.context().setOffline(false);
    const fresh = await run({ room: "Boardroom 1" });
    expect(fresh).toMatch(/^[0-9a-f-]{36}$/);
    await page.locator(".wall-figure").filter({ hasText: "Runs" }).getByText("5").waitFor();
  });
});
