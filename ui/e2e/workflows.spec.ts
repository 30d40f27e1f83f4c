// Workflows, against the real program: made in one form, run now, ticked, switched off and on, deleted.

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

const row = (name: string) => stage.page.getByRole("row", { name: new RegExp(name) });

describe("Workflows", { timeout: 90_000 }, () => {
  it("shows the examples of the wizard, the timed one switched off with its reason", async () => {
    const { page } = stage;
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /Workflows/ })
      .click();
    await row("Boardroom policy check").getByText("by hand").first().waitFor();
    await row("Morning preflight")
      .getByText(/an example/)
      .waitFor();
    await row("Morning preflight")
      .getByRole("img", { name: /no run has finished/ })
      .waitFor();
  });

  it("starts a workflow now; its dot turns green and its bar opens the run", async () => {
    const { page } = stage;
    const check = row("Boardroom policy check");
    await check.getByRole("button", { name: "Run now" }).click();
    await check.getByRole("img", { name: /last finished run succeeded/ }).waitFor();
    await check.getByRole("link", { name: "Run success" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByText("Boardroom policy check").first().waitFor();
  });

  it("creates one by the clock in one form, with the next times before it is saved", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/workflows`);
    await page.getByRole("button", { name: "Create Workflow" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name" }).fill("Event Intake");
    await form.getByRole("combobox", { name: "Agent" }).click();
    await page.getByRole("option", { name: /Admin/ }).click();
    await form.getByRole("combobox", { name: "Recipe" }).click();
    await page.getByRole("option", { name: "Zoom Room Admin Policy Check" }).click();
    await form.getByRole("textbox", { name: "Room email or display name?" }).fill("Boardroom 4");
    await form.getByText("By the clock").click();
    await form.getByRole("textbox", { name: "Cron expression" }).fill("61 * * * *");
    await form.getByText(/is no cron expression/).waitFor();
    // A refused preview is an error on the console of the browser.
    stage.complaints.splice(0);
    await form.getByRole("textbox", { name: "Cron expression" }).fill("30 6 13 * FRI");
    await form.getByText(/both day fields are restricted/).waitFor();
    expect(await form.getByRole("list", { name: "Next times" }).getByRole("listitem").count()).toBe(5);
    await form.getByRole("button", { name: "Create Workflow" }).click();
    await row("Event Intake")
      .getByText(/30 6 13 \* FRI/)
      .waitFor();
  });

  it("says what a tick did, and switches off with a reason and on again", async () => {
    const { page } = stage;
    await page.getByRole("button", { name: "Tick scheduler" }).click();
    await page.getByText("0 due, 0 started").first().waitFor();
    const intake = row("Event Intake");
    // The box itself is hidden behind what is drawn.
    await intake.getByRole("switch").click({ force: true });
    await page.getByRole("dialog").getByLabel("Reason").fill("rebuild of the room");
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await intake.getByText("rebuild of the room").waitFor();
    await intake.getByRole("switch").click({ force: true });
    await intake.getByText(/^in /).waitFor();
  });

  it("shows one workflow with its next times and what became of those that were", async () => {
    const { page } = stage;
    await row("Event Intake").getByRole("link", { name: "Event Intake" }).click();
    await page.getByRole("heading", { name: "Event Intake" }).waitFor();
    expect(await page.getByRole("list", { name: "Next times" }).getByRole("listitem").count()).toBe(10);
    await page.getByText("It was not due yet.").waitFor();
  });

  it("deletes one only when its name is typed", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/workflows`);
    await page.getByRole("button", { name: "More for Event Intake" }).click();
    await page.getByRole("menuitem", { name: "Delete Event Intake" }).click();
    const dialog = page.getByRole("dialog");
    const remove = dialog.getByRole("button", { name: "Delete Event Intake" });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Name of the workflow" }).fill("Event Intake");
    await remove.click();
    await row("Event Intake").waitFor({ state: "detached" });
  });
});
