// MCP Tools, against the real program: health, the runbook's own calls, credentials, a connector of one's own.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const CANARY = "xoxb-canary-5c1d9e";
const BODIES = [
  '{"tool":"slack","action":"post_message","args":{"channel":"#avops","text":"KB KB0012345 published"}}',
  '{"tool":"servicenow","action":"create_kb","args":{"title":"Zoom HDMI Black","html":"<h2>Symptoms</h2>...","category":"AV","tags":["zoom","rooms"]}}',
  '{"tool":"zoom","action":"create_webinar","args":{"topic":"All Hands","start_time":"2025-10-21T17:00:00Z","duration":60}}',
];
let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

describe("MCP Tools", { timeout: 90_000 }, () => {
  it("shows every tool, asked at once, with its mode", async () => {
    const { page } = stage;
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /MCP Tools/ })
      .click();
    const slack = page.getByRole("article", { name: "Slack" });
    await slack.getByText("ok", { exact: true }).waitFor();
    await slack.getByText("mock", { exact: true }).waitFor();
  });

  it("sends the runbook's bodies as they stand, and records each as a run", async () => {
    const { page } = stage;
    const outcome = page.getByRole("status", { name: "Outcome of the call" });
    for (const body of BODIES) {
      await page.getByLabel("Call an action").fill(body);
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await outcome.getByText(JSON.parse(body).action).waitFor();
      await outcome.getByText("ok", { exact: true }).waitFor();
    }
    await outcome.getByRole("link", { name: "recorded as a run" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  });

  it("says which field is missing before anything is sent", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/tools/zoom`);
    await page.getByRole("button", { name: /zoom\.create_webinar/ }).click();
    await page.getByText(/Still needed: .*start_time/).waitFor();
    expect(await page.getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
  });

  it("takes a credential, never shows it again, and clears it", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/tools/slack`);
    const settings = page.getByRole("region", { name: "Settings" });
    await settings.getByRole("button", { name: "Set Bot token" }).click();
    await page.getByRole("dialog").getByLabel("Bot token").fill(CANARY);
    await page.getByRole("button", { name: "Save" }).click();
    await settings.getByText("••••1d9e").waitFor();
    await page.reload();
    await settings.getByText("••••1d9e").waitFor();
    expect(await page.content()).not.toContain(CANARY);
    await settings.getByRole("button", { name: "Clear Bot token" }).click();
    await page
      .getByRole("dialog")
      .getByText(/Recipes that need Slack: .*Zoom Room HDMI black/)
      .waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Clear" }).click();
    await settings.getByText("missing").waitFor();
  });

  it("adds a connector by its address, shows why it is red, and removes it", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/tools`);
    await page.getByRole("button", { name: "Add connector" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("lamp");
    await page.getByRole("dialog").getByLabel("Address").fill("http://127.0.0.1:9");
    await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
    await page.waitForURL(/\/tools\/lamp$/);
    await page.getByRole("button", { name: "Check health" }).click();
    await page.getByText("not well").waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.waitForURL(/\/tools$/);
    await page.getByRole("article", { name: "lamp" }).waitFor({ state: "detached" });
  });
});
