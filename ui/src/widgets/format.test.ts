import { describe, expect, it } from "vitest";
import { ago, duration, percent, size } from "./format";

describe("times for people", () => {
  it("chooses the unit that a person would", () => {
    expect([3, 1500, 12_000, 61_000, 3_600_000, 400_000_000].map(duration)).toEqual([
      "3 ms",
      "1.5 s",
      "12 s",
      "1 min 1 s",
      "1 h 0 min",
      "4 days",
    ]);
    expect(duration(null)).toBe("–");
  });

  it("says how long ago, and how long until", () => {
    const now = Date.parse("2026-11-24T10:00:00Z");
    expect(ago("2026-11-24T09:59:58Z", now)).toBe("just now");
    expect(ago("2026-11-24T09:55:00Z", now)).toBe("5 min ago");
    expect(ago("2026-11-24T10:01:00Z", now)).toBe("in 1 min 0 s");
  });

  it("says how large something is", () => {
    expect([12, 300_200, 20_000_000].map(size)).toEqual(["12 B", "300 kB", "20.0 MB"]);
  });

  it("shows no share where there is none", () => {
    expect([percent(null), percent(1), percent(0.955)]).toEqual(["–", "100 %", "95.5 %"]);
  });
});
