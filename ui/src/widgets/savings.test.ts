import { expect, it } from "vitest";
import type { Baseline } from "../api/wire";
import { estimated, saved, summary } from "./savings";

const BASELINE: Baseline = {
  incidents_a_week: 10,
  minutes_by_hand: 30,
  technician_hour: 60,
  automated_percent: 50,
  meetings_affected: 2,
  people_waiting: 6,
  minutes_waited: 10,
  person_hour: 90,
  currency: "EUR",
};
const MEASURED = { since: "2026-10-29T12:00:00Z", weeks: 4, live: 3, mock: 7 };

it("estimates the share of incidents that recipes take over", () => {
  // 20 incidents: 10 technician hours at 60, and 2 × 6 × 10 minutes of waiting each, 40 hours at 90.
  expect(estimated(BASELINE, 4)).toEqual({
    incidents: 20,
    technicianHours: 10,
    waitingHours: 40,
    money: 4200,
  });
});

it("measures with runs on real systems only", () => {
  expect(saved(BASELINE, MEASURED)).toEqual({
    incidents: 3,
    technicianHours: 1.5,
    waitingHours: 6,
    money: 630,
  });
});

it("puts by hand, estimate and measurement side by side", () => {
  const text = summary(BASELINE, MEASURED);
  expect(text).toContain("| Incidents | 40 | 20 | 3 |");
  expect(text).toContain("| Cost (EUR) | 8,400 | 4,200 | 630 |");
  expect(text).toContain("In the simulated campus, not counted: 7");
});
