// Chat and Help in a real browser against the real program: commands, completion, mistakes, proposals, conversations.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

describe("chat", { timeout: 90_000 }, () => {
  it("drafts the runbook's procedure, and saves and attaches it only when told to", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/`);
    await page.getByRole("link", { name: "Chat" }).click();
    const message = page.getByRole("textbox", { name: "Message" });
    await message.fill(
      '/sop agent=Support name="Projector Reset"\nSteps:\n- Gather room_id\n- Reset projector via Q-SYS\n- Verify image via Slack photo',
    );
    await message.press("Enter");
    const draft = page.getByRole("region", { name: "Draft of Projector Reset" });
    await draft.getByText("valid").waitFor();
    const before = await stage.api<{ items: { name: string }[] }>("GET", "/api/v1/recipes?limit=500");
    expect(before.items.map((recipe) => recipe.name)).not.toContain("Projector Reset");
    await draft.getByRole("button", { name: "Attach to Agent" }).click();
    await draft.getByText("saved as v1").waitFor();
    // Attaching is the second of two requests.
    const attached = async () =>
      (await stage.api<{ recipes: string[] }>("GET", "/api/v1/agents/support")).recipes;
    await expect.poll(attached).toContain("Projector Reset");
    await page.waitForURL(/thread=/);
  });

  it("completes commands and names with Tab and runs what was written", async () => {
    const { page } = stage;
    const message = page.getByRole("textbox", { name: "Message" });
    await message.pressSequentially("/ag");
    await page.getByRole("option", { name: /agent run/ }).waitFor();
    await message.press("Tab");
    await message.pressSequentially("adm");
    await page.getByRole("option", { name: /Admin/ }).waitFor();
    await message.press("Tab");
    await message.pressSequentially("rec");
    await message.press("Tab");
    await message.pressSequentially("policy");
    await page.getByRole("option", { name: /Policy Check/ }).waitFor();
    await message.press("Tab");
    await message.pressSequentially("ro");
    await message.press("Tab");
    await message.pressSequentially('"Boardroom 4"');
    expect(await message.inputValue()).toBe(
      '/agent run Admin recipe="Zoom Room Admin Policy Check" room="Boardroom 4"',
    );
    await message.press("Enter");
    const run = page.getByRole("region", { name: "Run of Zoom Room Admin Policy Check" });
    await run.getByText("success").waitFor();
    await run.getByText("message", { exact: true }).waitFor();
    await message.press("ArrowUp");
    expect(await message.inputValue()).toContain("/agent run Admin");
    await message.fill("");
  });

  it("points at a mistake and sends the command as it was meant", async () => {
    const { page } = stage;
    const message = page.getByRole("textbox", { name: "Message" });
    await message.fill("/tool helth slack");
    await message.press("Enter");
    const mistake = page.getByRole("alert").filter({ hasText: "there is no command" });
    await mistake.locator("mark", { hasText: "/tool helth" }).waitFor();
    await mistake.getByRole("button", { name: "Send" }).click();
    await page.getByRole("article", { name: "Answer" }).last().getByText("ok").waitFor();
  });

  it("proposes in answer to plain words and acts only on the button", async () => {
    const { page } = stage;
    const count = async () =>
      (await stage.api<{ items: unknown[] }>("GET", "/api/v1/runs?limit=500")).items.length;
    const before = await count();
    const message = page.getByRole("textbox", { name: "Message" });
    await message.fill("Please run the policy check for Boardroom 1");
    await message.press("Enter");
    const answer = page.getByRole("article", { name: "Answer" }).last();
    await answer.getByText('room="Boardroom 1"').waitFor();
    expect(await count()).toBe(before);
    await answer.getByRole("button", { name: "Send" }).first().click();
    await page.getByRole("region", { name: "Run of Zoom Room Admin Policy Check" }).nth(1).waitFor();
    expect(await count()).toBe(before + 1);
  });

  it("shows raw answers in JSON mode", async () => {
    const { page } = stage;
    await page.getByRole("switch", { name: "JSON mode" }).check({ force: true });
    const message = page.getByRole("textbox", { name: "Message" });
    await message.fill(
      `/tool action slack '{"action":"post_message","args":{"channel":"#avops","text":"KB KB0012345 published"}}'`,
    );
    await message.press("Enter");
    const answer = page.getByRole("article", { name: "Answer" }).last();
    await answer.getByText('"kind": "call"').waitFor();
    await answer.getByRole("button", { name: "Copy raw answer" }).waitFor();
  });

  it("finds conversations by what was said in them", async () => {
    const { page } = stage;
    const side = page.getByRole("complementary", { name: "Conversations" });
    await side.getByRole("textbox", { name: "Search conversations" }).fill("published");
    await side.getByRole("link", { name: /sop agent/ }).waitFor();
    await side.getByRole("textbox", { name: "Search conversations" }).fill("nowhere at all");
    await side.getByText("No conversation has these words.").waitFor();
  });
});

describe("help", { timeout: 60_000 }, () => {
  it("shows the runbook with its contents, and finds a section by its words", async () => {
    const { page } = stage;
    await page.getByRole("link", { name: "Help" }).click();
    await page.getByRole("region", { name: "Setup Wizard" }).waitFor();
    await page.getByRole("searchbox", { name: "Search the manual" }).fill("rollback undo");
    const found = page.getByRole("region", { name: "Found" });
    await found.getByRole("link", { name: /The way back/ }).click();
    await page.getByRole("region", { name: "The way back" }).waitFor();
    expect(page.url()).toContain("section=the-way-back");
  });

  it("turns the four troubles into checks", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/help`);
    const checks = page.getByRole("region", { name: "Diagnostics" });
    await checks.getByRole("button", { name: "Check all" }).click();
    await checks.getByText("All tools are well.").waitFor();
    await checks.getByText("No recipe has errors").waitFor();
  });
});
