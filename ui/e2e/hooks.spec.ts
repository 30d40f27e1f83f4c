// A workflow that signed messages start, against the real program: made in the form, tried, given a secret, and sent to.

import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

let stage: Stage;
let address = "";
let secret = "";

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

/** Posts a message by the rules of Standard Webhooks. */
async function send(id: string, message: object, key = secret): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify(message);
  const at = Math.floor(Date.now() / 1000);
  const bytes = Buffer.from(key.replace("whsec_", ""), "base64");
  const signature = createHmac("sha256", bytes).update(`${id}.${at}.${body}`).digest("base64");
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(at),
      "webhook-signature": `v1,${signature}`,
    },
    body,
  });
  return { status: answer.status, body: await answer.json() };
}

describe("Webhooks", { timeout: 90_000 }, () => {
  it("makes one in the workflow form, and says what a sample message would do", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/workflows`);
    await page.getByRole("button", { name: "Create Workflow" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name" }).fill("Room alerts");
    await form.getByRole("combobox", { name: "Agent" }).click();
    await page.getByRole("option", { name: /Admin/ }).click();
    await form.getByRole("combobox", { name: "Recipe" }).click();
    await page.getByRole("option", { name: "Zoom Room Admin Policy Check" }).click();
    await form.getByText("Webhook", { exact: true }).click();
    await form.getByRole("textbox", { name: "Only when" }).fill("event.type == 'room.alert'");
    await form.getByRole("button", { name: "Add input" }).click();
    await form.getByRole("combobox", { name: "Input 1" }).click();
    await page.getByRole("option").first().click();
    await form.getByRole("textbox", { name: "Value of input 1" }).fill("{{ event.room }}");
    await form.getByRole("button", { name: "Try a sample message" }).click();
    await form.getByRole("button", { name: "What would it do?" }).click();
    await form
      .getByRole("status")
      .getByText(/It starts a run with/)
      .waitFor();
    await form.getByRole("textbox", { name: "Sample message" }).fill('{"type": "other"}');
    await form.getByRole("button", { name: "What would it do?" }).click();
    await form.getByText(/It starts nothing: .*is not true of it/).waitFor();
    await form.getByRole("button", { name: "Create Workflow" }).click();
    await page.getByRole("link", { name: "Room alerts" }).first().click();
    await page.getByRole("heading", { name: "Room alerts" }).waitFor();
    await page.getByText("No secret is set yet").waitFor();
  });

  it("makes a secret that is shown once", async () => {
    const { page } = stage;
    address = (await page.getByRole("region", { name: "Address" }).locator("code").textContent()) ?? "";
    await page.getByRole("button", { name: "Set the secret" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Make a secret" }).click();
    secret = (await page.getByRole("status").locator("code").textContent()) ?? "";
    expect(secret).toMatch(/^whsec_/);
    await page.keyboard.press("Escape");
    await page.getByText(`Secret set (…${secret.slice(-4)})`).waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  it("starts one run for a message, and shows what became of each that came", async () => {
    const { page } = stage;
    const alert = { type: "room.alert", room: "Boardroom 4" };
    const first = await send("msg_1", alert);
    expect(first).toMatchObject({ status: 200, body: { outcome: "started" } });
    expect(await send("msg_1", alert)).toMatchObject({ status: 200, body: { outcome: "duplicate" } });
    expect(await send("msg_2", { type: "other" })).toMatchObject({ body: { outcome: "filtered" } });
    expect((await send("msg_3", alert, "whsec_b3RoZXI=")).status).toBe(401);
    await page.reload();
    const messages = page.getByRole("region", { name: "Messages" });
    await messages.getByText("(2 times)").waitFor();
    await messages.getByText("filtered").waitFor();
    await messages.getByText("not proven").waitFor();
    await messages.getByRole("link", { name: "started" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByText("Room alerts").first().waitFor();
  });
});
