// The way of a newcomer through the page, against the real program: set up, run, look, answer, write.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const POLICY = "Zoom Room Admin Policy Check";
let stage: Stage;

beforeAll(async () => {
  stage = await start();
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

/** Starts a run by the API and opens its page. */
async function open(recipe: string, agent: string, inputs: Record<string, string>) {
  const { id } = await stage.api<{ id: string }>("POST", "/api/v1/runs?wait=10s", { agent, recipe, inputs });
  await stage.page.goto(`${stage.url}/runs/${id}`);
  return id;
}

describe("the page", { timeout: 90_000 }, () => {
  it("sets up the workspace, says what it did, and does nothing the second time", async () => {
    const { page } = stage;
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /Setup Wizard/ })
      .click();
    await page
      .getByText(/will create [1-9]/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Seed Examples" }).click();
    const said = page.getByRole("main").getByRole("status");
    await said.filter({ hasText: /Created [1-9]\d*, skipped \d+, failed 0/ }).waitFor();
    await page.getByRole("button", { name: "Seed Examples" }).click();
    await said.filter({ hasText: /Created 0, skipped [1-9]\d*, failed 0/ }).waitFor();
  });

  it("tries the runbook's recipe in one click and shows its four phases", async () => {
    const { page } = stage;
    await page.getByRole("button", { name: "Run it and watch" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByText("it worked, and that was verified").waitFor();
    for (const lane of ["intake", "plan", "act", "verify"]) {
      expect(
        await page.getByRole("region", { name: lane, exact: true }).getByRole("button").count(),
      ).toBeGreaterThan(0);
    }
    await page.getByRole("cell", { name: "message", exact: true }).first().waitFor();
  });

  it("counts the run on the dashboard and lists it", async () => {
    const { page } = stage;
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /Dashboard/ })
      .click();
    await page
      .getByRole("link", { name: /Total runs/ })
      .filter({ hasText: "1" })
      .waitFor();
    await page.getByRole("row").filter({ hasText: POLICY }).getByText("success").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
  });

  it("shows both sides of a check that failed, and that the run was rolled back", async () => {
    const { page } = stage;
    await open(POLICY, "Admin", { room: "Huddle 101" });
    await page.getByText(/it failed in verify and was rolled back/).waitFor();
    const verify = page.getByRole("region", { name: "verify", exact: true });
    await verify.getByText("What the check saw").waitFor();
    const row = verify.getByRole("row").filter({ hasText: "zoom_room.status" });
    expect(await row.textContent()).toContain("offline");
    expect(await page.getByRole("region", { name: "rollback", exact: true }).textContent()).toContain(
      "slack",
    );
  });

  it("asks for an approval in the list of what needs a person, and goes on by itself", async () => {
    const { page, api } = stage;
    const { id } = await api<{ id: string }>("POST", "/api/v1/runs?wait=10s", {
      agent: "Support",
      recipe: "Zoom Room HDMI black",
      inputs: { room: "Huddle 204" },
    });
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /Needs you/ })
      .click();
    const card = page.getByRole("region", { name: "Restart Huddle 204?" });
    await card.getByText("zoom.restart_zoom_room").waitFor();
    await card.getByRole("textbox", { name: "Note" }).fill("no meeting today");
    await card.getByRole("button", { name: "Approve" }).click();
    await page.getByText("Nothing waits for a person").waitFor();
    await page.goto(`${stage.url}/runs/${id}`);
    await page.getByText("it worked, and that was verified").waitFor({ timeout: 60_000 });
    await page
      .getByRole("cell", { name: /^(incident|ticket)$/ })
      .first()
      .waitFor();
  });

  it("takes the answer to a question in place", async () => {
    const { page } = stage;
    await open(POLICY, "Admin", {});
    await page.getByRole("textbox", { name: /Room email or display name/ }).fill("Boardroom 1");
    await page.getByRole("button", { name: "Answer", exact: true }).click();
    await page.getByText("it worked, and that was verified").waitFor();
  });

  it("marks a mistake in a recipe where it is, and saves the mended text as version 2", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/recipes/zoom-room-admin-policy-check`);
    const editor = page.getByRole("textbox", { name: "Recipe YAML" });
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("\nplann: []\n");
    const problems = page.getByRole("region", { name: "Problems" });
    await problems.getByText(/plann/).first().waitFor();
    await problems
      .getByRole("button", { name: /^R\d+$/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .getByRole("code")
      .or(page.getByRole("dialog").locator("pre"))
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await editor.click();
    await page.keyboard.press("Control+z");
    await problems.getByText(/plann/).waitFor({ state: "detached" });
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("\n# read by two people\n");
    await page.keyboard.press("Control+s");
    await page.getByRole("textbox", { name: "What changed" }).fill("a remark");
    await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("v2", { exact: true }).first().waitFor();
    await page.getByText("not saved").waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByRole("row").filter({ hasText: "a remark" }).waitFor();
    await page.getByRole("button", { name: "Compare with current" }).click();
    await page.getByText("+ # read by two people").waitFor();
  });

  it("goes everywhere by the keyboard", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
    await page.keyboard.press("/");
    await page.getByPlaceholder("Go to, run, approve …").fill("Run Preflight");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: /Run Preflight quick check/ }).waitFor();
    expect(page.url()).toContain("/recipes/preflight-quick-check");
  });

  it("fits a phone on every page, names every control, and says when a run does not exist", async () => {
    const { page } = stage;
    await page.setViewportSize({ width: 390, height: 844 });
    const { items } = await stage.api<{ items: { id: string }[] }>("GET", "/api/v1/runs?limit=1");
    const addresses = [
      "/",
      "/setup",
      "/recipes",
      "/recipes/room-walk-through",
      "/dashboard",
      "/runs",
      "/inbox",
    ];
    for (const address of [...addresses, `/runs/${items[0]?.id}`]) {
      await page.goto(stage.url + address);
      await page.getByRole("heading", { level: 1 }).waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, `width of ${address}`).toBeLessThanOrEqual(390);
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("button, a[href], input:not([type=hidden])")]
          .filter((control) => control instanceof HTMLElement && control.offsetParent !== null)
          .filter((control) => {
            const labelled = control instanceof HTMLInputElement && (control.labels?.length ?? 0) > 0;
            const words = control.textContent?.trim() || control.getAttribute("aria-label");
            return !labelled && !words && !control.getAttribute("aria-labelledby");
          })
          .map((control) => control.outerHTML.slice(0, 200)),
      );
      expect(nameless, `controls without a name on ${address}`).toEqual([]);
    }
    await page.goto(`${stage.url}/runs/01a20dec-374b-727a-8bd3-000000000000`);
    await page.getByText("There is no such run").waitFor();
    // The browser itself reports the 404 that the page then explains.
    expect(stage.complaints.splice(0).filter((text) => !text.includes("404"))).toEqual([]);
  });
});
