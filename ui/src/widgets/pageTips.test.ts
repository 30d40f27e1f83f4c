import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { navigation } from "../paths";
import { allTips, tipFor } from "./pageTips";

const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

test("every page of the sidebar but the first and the manual itself has a tip", () => {
  const without = navigation.filter((item) => !tipFor(item.path)).map((item) => item.path);
  expect(without).toEqual(["/", "/help"]);
  expect(tipFor("/agents/some-id")?.id).toBe("agents");
  expect(tipFor("/nowhere")).toBeUndefined();
});

test("every tip is short and leads to a place that the manual has", () => {
  for (const tip of allTips) {
    expect(tip.text.length, tip.id).toBeLessThan(110);
    const text = readFileSync(`../docs/guide/${tip.page}.md`, "utf8");
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((found) => anchor(found[1] ?? ""));
    if (tip.section) expect(headings, tip.id).toContain(tip.section);
  }
});
