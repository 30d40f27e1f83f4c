// Agents, against the real program: found, made, copied, run with a form, looked into, deleted by name.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const POLICY = "Zoom Room Admin Policy Check";
let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

const card = (name: string) => stage.page.getByRole("region", { name, exact: true });

describe("Agents", { timeout: 90_000 }, () => {
  it("stands between Setup Wizard and Recipes and shows a card for each agent", async () => {
    const { page } = stage;
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    const labels = (await links.allTextContents()).map((label) => label.replace(/^\P{L}+/u, ""));
    expect(labels.indexOf("Agents")).toBeLessThan(labels.indexOf("Recipes"));
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /Agents/ })
      .click();
    await card("Admin").getByText("It has not run yet.").waitFor();
    await card("Admin").getByText(POLICY).first().waitFor();
  });

  it("creates an agent of a free domain, and refuses its name in another case", async () => {
    const { page } = stage;
    await page.getByRole("button", { name: "Create Agent" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name" }).fill("Broadcast");
    await form.getByRole("combobox", { name: "Domain" }).fill("studio");
    await form.getByRole("combobox", { name: "Tools it may use" }).fill("zoom");
    await page.getByRole("option", { name: "zoom (all of it)" }).click();
    await form.getByRole("textbox", { name: "What it is for" }).fill("Looks after the studio");
    await form.getByRole("button", { name: "Create Agent" }).click();
    await card("Broadcast").getByText("studio").first().waitFor();
    await page.getByRole("button", { name: "More for Broadcast" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
    await form.getByRole("textbox", { name: "Name" }).fill("BROADCAST");
    await form.getByRole("button", { name: "Create Agent" }).click();
    await form.getByText(/"BROADCAST"/).waitFor();
    // A refusal is an error on the console of the browser.
    stage.complaints.splice(0);
    await form.getByRole("textbox", { name: "Name" }).fill("Broadcast night");
    await form.getByRole("button", { name: "Create Agent" }).click();
    await card("Broadcast night").getByText("zoom").waitFor();
  });

  it("filters by domain and by text", async () => {
    const { page } = stage;
    await page.getByRole("group", { name: "Domain" }).getByText("studio").click();
    await card("Admin").waitFor({ state: "detached" });
    await page.getByRole("textbox", { name: "Find an agent" }).fill("night");
    await card("Broadcast").waitFor({ state: "detached" });
    await card("Broadcast night").waitFor();
    await page.goto(`${stage.url}/agents`);
  });

  it("triggers a run by a form, says its id, and remembers what was filled in", async () => {
    const { page } = stage;
    const admin = card("Admin");
    await admin.getByRole("button", { name: "Trigger Run" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: /Room email or display name/ }).fill("Boardroom 1");
    await form.getByRole("button", { name: "Dry run" }).waitFor();
    await form.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    const id = page.url().slice(-36);
    await page.getByRole("link", { name: `${POLICY} · ${id}` }).waitFor();
    await page.getByText("it worked, and that was verified").waitFor();
    await page.goto(`${stage.url}/agents`);
    await admin.getByText("100 % of 1 succeeded").waitFor();
    await admin.getByRole("button", { name: "Trigger Run" }).click();
    const room = form.getByRole("textbox", { name: /Room email or display name/ });
    expect(await room.inputValue()).toBe("Boardroom 1");
    await page.keyboard.press("Escape");
  });

  it("offers the attached recipes first, and all others by search", async () => {
    const { page } = stage;
    const choice = card("Admin").getByRole("combobox", { name: "Recipe for Admin" });
    await choice.click();
    const first = page.getByRole("group").filter({ hasText: "Attached" });
    await first.getByRole("option", { name: POLICY }).waitFor();
    await choice.fill("HDMI");
    await page.getByRole("option", { name: "Zoom Room HDMI black" }).click();
    expect(await choice.inputValue()).toBe("Zoom Room HDMI black");
  });

  it("says what an agent may touch, by what it does to the world", async () => {
    const { page } = stage;
    await card("Broadcast").getByRole("link", { name: "Broadcast" }).click();
    await page.getByRole("heading", { name: "Broadcast" }).waitFor();
    const touch = page.getByRole("region", { name: "What may this agent touch?" });
    await touch
      .getByRole("row")
      .filter({ hasText: "destructive" })
      .getByText(/zoom: .*Restart/)
      .waitFor();
    expect(await touch.textContent()).not.toContain("slack");
  });

  it("names a missing credential before anything is run", async () => {
    const live = await start({ forceMock: false });
    try {
      await live.api("POST", "/api/v1/setup", {});
      await live.api("PATCH", "/api/v1/settings", { mock: false });
      await live.page.goto(`${live.url}/agents`);
      const admin = live.page.getByRole("region", { name: "Admin", exact: true });
      await admin.getByRole("button", { name: "Trigger Run" }).click();
      const form = live.page.getByRole("dialog");
      await form.getByText(/lacks: Bot token/).waitFor();
      await form.getByRole("button", { name: "Run", exact: true }).click();
      await form.getByText(/tools of this recipe are not set up: .*slack \(Bot token\)/).waitFor();
    } finally {
      await live.stop();
    }
    await stage.page.goto(`${stage.url}/agents`);
  });

  it("shows what depends on an agent and deletes it only when its name is typed", async () => {
    const { page } = stage;
    await page.getByRole("button", { name: "More for Admin" }).click();
    await page.getByRole("menuitem", { name: "Delete Admin" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Boardroom policy check").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More for Broadcast night" }).click();
    await page.getByRole("menuitem", { name: "Delete Broadcast night" }).click();
    const remove = dialog.getByRole("button", { name: "Delete Broadcast night" });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Name of the agent" }).fill("Broadcast night");
    await remove.click();
    await card("Broadcast night").waitFor({ state: "detached" });
  });
});
