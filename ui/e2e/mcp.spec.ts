// An outside MCP server, against the real program: added, looked at, approved, called, and off again when it changes.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const SERVER = resolve(import.meta.dirname, "../../crates/tools/tests/peers/mcp_server.mjs");
const SHOTS = process.env.AVOPS_SHOTS;
let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "avops-mcp-"));
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(async () => {
  await stage?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

const shot = async (name: string) => {
  if (SHOTS) await stage.page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
};

describe("An MCP server", { timeout: 90_000 }, () => {
  it("is added as a program, and nothing of it can be called yet", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/tools`);
    await page.getByRole("button", { name: "Add connector" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("MCP server", { exact: true }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("peer");
    await dialog.getByText("A program on this machine").click();
    await dialog.getByLabel("Program", { exact: true }).fill(process.execPath);
    await dialog.getByLabel("Arguments").fill(SERVER);
    await dialog.getByLabel("Variables").fill(`NOTES=${join(folder, "notes")}`);
    await dialog.getByLabel("Call it in mock mode as well").check({ force: true });
    await shot("mcp-add");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.waitForURL(/\/tools\/peer$/);
    await page.getByText("6 off until approved").waitFor();
    await page.getByText("Nothing is approved, so nothing can be called.").waitFor();
    await shot("mcp-new");
  });

  it("is called after somebody approved what it offers", async () => {
    const { page } = stage;
    const offers = page.getByRole("region", { name: "Offered by the server" });
    await offers.getByRole("checkbox", { name: "act", exact: true }).check();
    await offers.getByRole("checkbox", { name: "turn" }).check();
    await offers.getByRole("button", { name: "Approve 2" }).click();
    await offers.getByText("4 off until approved").waitFor();
    const actions = page.getByRole("region", { name: "Actions" });
    await actions.getByRole("button", { name: /peer\.turn/ }).click();
    await actions.getByRole("button", { name: "Send to the real system" }).click();
    await actions
      .getByRole("status", { name: "Outcome of the call" })
      .getByText("ok", { exact: true })
      .waitFor();
  });

  it("is off where it changed, until somebody has seen the difference", async () => {
    const { page } = stage;
    const offers = page.getByRole("region", { name: "Offered by the server" });
    await offers.getByRole("button", { name: "Ask it now" }).click();
    await offers.getByText(/the server has changed: act/).waitFor();
    const act = offers.getByRole("article", { name: "act" });
    await act.getByText("What differs: description").waitFor();
    await act.getByText(/\+ .*administrator's password/).waitFor();
    await shot("mcp-changed");
    await page.setViewportSize({ width: 390, height: 844 });
    await shot("mcp-changed-390");
    await page.setViewportSize({ width: 1440, height: 900 });
    await act.getByRole("button", { name: "Turn off" }).click();
    await act.getByText("new: off").waitFor();
  });
});
