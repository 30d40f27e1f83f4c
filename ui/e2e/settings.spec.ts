// Settings: who answers, keys that are never shown again, a try, mock mode, tokens, and the trail of it all.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const KEY = "sk-right-0123456789abcdef";
let stage: Stage;
let provider: Server;

/** A provider in miniature that knows one key. */
function miniature(): Server {
  return createServer((request, answer) => {
    const say = (status: number, body: unknown) => {
      answer.writeHead(status, { "content-type": "application/json" });
      answer.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${KEY}`) {
      return say(401, { error: { message: "Incorrect API key provided", type: "invalid_request_error" } });
    }
    if (request.url === "/v1/models") {
      return say(200, { data: [{ id: "house-large" }, { id: "house-small" }] });
    }
    say(200, {
      model: "house-small",
      choices: [{ finish_reason: "stop", message: { role: "assistant", content: "ready" } }],
      usage: { prompt_tokens: 20, completion_tokens: 1 },
    });
  });
}

beforeAll(async () => {
  provider = miniature();
  await new Promise<void>((listening) => provider.listen(0, "127.0.0.1", listening));
  stage = await start({ forceMock: false });
}, 120_000);
afterAll(async () => {
  await stage?.stop();
  provider?.close();
});
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

async function open() {
  await stage.page.goto(`${stage.url}/settings`);
  await stage.page.getByRole("heading", { name: "Language model" }).waitFor();
}

const light = () => stage.page.getByRole("banner").locator("[data-model]");

describe("Settings", { timeout: 90_000 }, () => {
  it("tells by the light on every page who answers and how that stands", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/dashboard`);
    await light().waitFor();
    expect(await light().getAttribute("data-model")).toBe("mock");
    expect(await light().textContent()).toContain("OpenAI");
    await light().click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.getByText("Anthropic", { exact: true }).first().click();
    await page.getByText("Anthropic: the simulated provider answers").waitFor();
    await page.goto(`${stage.url}/recipes`);
    await page.getByRole("banner").getByText("Anthropic").waitFor();
    await stage.api("PATCH", "/api/v1/settings", { provider: "openai" });
  });

  it("turns mock mode off by its label, and says how the tools feel then", async () => {
    const { page } = stage;
    await open();
    const mock = page.getByRole("switch", { name: "Mock MCP" });
    await mock.press("Space");
    await page
      .getByText(/tools are (not )?well/)
      .first()
      .waitFor();
    expect(await mock.isChecked()).toBe(false);
    await page.locator('[data-model="no_key"]').first().waitFor();
  });

  it("calls a wrong key wrong, and takes the right one without ever showing it", async () => {
    const { page } = stage;
    await open();
    const group = page.getByRole("group", { name: "OpenAI" });
    const { port } = provider.address() as AddressInfo; // it listens on TCP
    await group.getByLabel("Address of OpenAI").fill(`http://127.0.0.1:${port}/v1`);
    await group.getByLabel("Key of OpenAI", { exact: true }).fill("sk-wrong-0123456789abcdef");
    await group.getByRole("button", { name: "Save OpenAI" }).click();
    await group.getByText(/by owner/).waitFor();
    await group.getByRole("button", { name: "Test OpenAI" }).click();
    await group.getByText("OpenAI does not accept the key: Incorrect API key provided").waitFor();
    await page.locator('[data-model="failing"]').first().waitFor();
    await group.getByLabel("Key of OpenAI", { exact: true }).fill(KEY);
    await group.getByRole("button", { name: "Save OpenAI" }).click();
    await page.locator('[data-model="ready"]').first().waitFor();
    const key = group.getByLabel("Key of OpenAI", { exact: true });
    expect(await key.inputValue()).toBe("");
    expect(await key.getAttribute("placeholder")).toBe("••••cdef");
    expect(await page.content()).not.toContain(KEY);
    await group.getByRole("button", { name: "Test OpenAI" }).click();
    await group.getByText("gpt-4o-mini answers").waitFor();
    await group.getByText("2 models listed").waitFor();
  });

  it("lists the provider's own models, and keeps the chosen one", async () => {
    const { page } = stage;
    await open();
    const group = page.getByRole("group", { name: "OpenAI" });
    const model = group.getByLabel("Model of OpenAI");
    await model.fill("");
    await page.getByRole("option", { name: "house-large" }).click();
    await group.getByRole("button", { name: "Save OpenAI" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await open();
    expect(await model.inputValue()).toBe("house-large");
  });

  it("keeps limits, makes a token that is shown once, and lists every change", async () => {
    const { page } = stage;
    await open();
    await page.getByLabel("Tokens in 24 hours").fill("100000");
    await page.getByRole("button", { name: "Save limits" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByLabel("New token for").fill("wall display");
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByText("Copy it now: it is not shown again").waitFor();
    await page.getByRole("button", { name: "Revoke wall display" }).waitFor();
    const changes = page.getByRole("table", { name: "Changes" });
    await changes.getByText("not set → 100000").waitFor();
    await changes.getByText("not set → house-large").waitFor();
    expect(await changes.textContent()).not.toContain("sk-");
    await page.getByRole("button", { name: "Back up now" }).click();
    await page.getByText(/it was read back/).waitFor();
  });

  it("keeps a calendar, says what is wrong with one, and removes it", async () => {
    const { page } = stage;
    await open();
    await page.getByRole("button", { name: "Add calendar" }).click();
    const form = page.getByRole("dialog", { name: "Add calendar" });
    await form.getByLabel("Name").fill("Holidays");
    await form.getByLabel("From").fill("2026-12-24");
    await form.getByLabel(/^To/).fill("2026-12-20");
    await form.getByLabel("Why").fill("Christmas");
    await form.getByRole("button", { name: "Save calendar" }).click();
    await form.getByText("`Christmas` goes from 2026-12-24 to 2026-12-20").waitFor();
    // The browser tells of the refusal, and of nothing else.
    expect(stage.complaints.splice(0).every((complaint) => complaint.includes("/api/v1/calendars"))).toBe(
      true,
    );
    await form.getByLabel(/^To/).fill("2026-12-26");
    await form.getByRole("button", { name: "Save calendar" }).click();
    const section = page.getByRole("region", { name: "Calendars" });
    await section.getByText("2026-12-24 – 2026-12-26 Christmas").waitFor();
    await section.getByRole("button", { name: "Remove Holidays" }).click();
    await section.getByText("There are none").waitFor();
  });

  it("can be used on a phone", async () => {
    const { page } = stage;
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});
