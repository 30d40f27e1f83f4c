import { expect, it } from "vitest";
import { isFiltered, question, runSearch } from "./runsSearch";

it("takes from an address what is a filter and nothing else", () => {
  expect(runSearch({ status: "failed,waiting", q: "", other: "x", sort: "-duration_ms", agent: 7 })).toEqual({
    status: "failed,waiting",
    sort: "-duration_ms",
  });
});

it("turns a window into the time at which it begins", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  expect(question({ window: "24h", mode: "live" }, now, 50, "abc")).toBe(
    "limit=50&mode=live&since=2026-11-23T12%3A00%3A00.000Z&cursor=abc",
  );
});

it("does not call an order a filter", () => {
  expect(isFiltered({ sort: "name" })).toBe(false);
  expect(isFiltered({ mode: "dry" })).toBe(true);
});
