// Rooms, the simulated campus and the folder of connectors, against the real program.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, start } from "./program";

const FILE = `rooms:
  - id: "204"
    name: Huddle 204
    email: h204@corp.example
  - id: aud
    name: Auditorium
    aliases: [the big one]
devices:
  - {id: proj, name: Projector, room: aud, tool: pjlink, host: 10.20.0.9}
`;
let stage: Stage;

beforeAll(async () => {
  stage = await start();
  await stage.api("POST", "/api/v1/setup", {});
}, 120_000);
afterAll(() => stage?.stop());
afterEach(() => {
  expect(stage.complaints.splice(0)).toEqual([]);
});

describe("Rooms", { timeout: 90_000 }, () => {
  it("says where a file is wrong, shows what would change, and takes it in", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/rooms?world=live`);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    const text = page.getByLabel("Text of the file");
    await text.fill(FILE.replace("10.20.0.9", "http://x"));
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByText("line 9", { exact: true }).waitFor();
    await text.fill(FILE);
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByText("3 new, 0 changed, 0 removed, 0 as they were").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("link", { name: "Auditorium" }).waitFor();
  });

  it("finds a room by a device, and shows its page", async () => {
    const { page } = stage;
    await page.getByLabel("Find a room").fill("projector");
    await page.getByText("1 of 2 rooms").waitFor();
    await page.getByRole("link", { name: "Auditorium" }).click();
    await page.getByRole("region", { name: "Devices" }).getByText("10.20.0.9").waitFor();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByLabel("Site").fill("HQ");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("HQ", { exact: true }).waitFor();
  });

  it("switches a fault of the simulated campus, and mends it", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/campus`);
    const room = page.getByRole("article", { name: "Boardroom 4" });
    const black = room.getByLabel("HDMI is black; a restart mends it");
    await black.click({ force: true });
    await room.getByText("No HDMI signal", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Mend everything" }).click();
    await page.getByText("Everything works.").waitFor();
  });

  it("shows what is wrong with a dropped file, and the tool once it is mended", async () => {
    const { page } = stage;
    await page.goto(`${stage.url}/tools`);
    const folder = join(stage.data, "connectors");
    mkdirSync(folder);
    const file = join(folder, "lamp.yaml");
    writeFileSync(file, "kind: http\nname: lamp\nbase_url: nowhere\n");
    const refused = page.getByRole("group", { name: "lamp.yaml" });
    await refused.getByText("connectors/lamp.yaml:3:11").waitFor();
    writeFileSync(
      file,
      "kind: http\nname: lamp\ntitle: Lamp\nbase_url: http://127.0.0.1:9\nactions:\n  glow: {}\n",
    );
    await page.getByRole("article", { name: "Lamp" }).waitFor();
    rmSync(file);
    await page.getByRole("article", { name: "Lamp" }).waitFor({ state: "detached" });
  });
});
