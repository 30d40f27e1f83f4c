// What incidents cost by hand, and what recipes save: the one formula behind the estimate and the measurement.

import type { Baseline, Measured } from "../api/wire";

export interface Savings {
  incidents: number;
  technicianHours: number;
  waitingHours: number;
  money: number;
}

/** What one incident costs by hand, times so many incidents. */
export function costOf(baseline: Baseline, incidents: number): Savings {
  const technicianHours = (incidents * baseline.minutes_by_hand) / 60;
  const waitingHours =
    (incidents * baseline.meetings_affected * baseline.people_waiting * baseline.minutes_waited) / 60;
  const money = technicianHours * baseline.technician_hour + waitingHours * baseline.person_hour;
  return { incidents, technicianHours, waitingHours, money };
}

/** What recipes would save in so many weeks, if they take over the share that was estimated. */
export function estimated(baseline: Baseline, weeks: number): Savings {
  return costOf(baseline, (baseline.incidents_a_week * weeks * baseline.automated_percent) / 100);
}

/** What successful runs on real systems saved, each counted as one incident done by hand before. */
export function saved(baseline: Baseline, measured: Measured): Savings {
  return costOf(baseline, measured.live);
}

/** A figure to read, not to calculate with. */
export function figure(value: number): string {
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

/** "1 run", "2 runs". */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** The summary as Markdown, for a mail or a budget request. */
export function summary(baseline: Baseline, measured: Measured): string {
  const { weeks } = measured;
  const byHand = costOf(baseline, baseline.incidents_a_week * weeks);
  const columns = [byHand, estimated(baseline, weeks), saved(baseline, measured)];
  const row = (label: string, value: (savings: Savings) => string) =>
    `| ${[label, ...columns.map(value)].join(" | ")} |`;
  return [
    `# What AV incidents cost, and what automation saves`,
    "",
    `${figure(baseline.incidents_a_week)} incidents a week, ${figure(baseline.minutes_by_hand)} minutes of a technician each ` +
      `(${money(baseline.technician_hour, baseline)} an hour). Meetings held up by each: ${figure(baseline.meetings_affected)}, ` +
      `with ${figure(baseline.people_waiting)} people waiting ${figure(baseline.minutes_waited)} minutes ` +
      `(${money(baseline.person_hour, baseline)} an hour for each). Recipes are expected to take over ` +
      `${figure(baseline.automated_percent)} % of the incidents.`,
    "",
    `| ${weeks} weeks | By hand (estimate) | Saved (estimate) | Saved (measured) |`,
    "|---|---:|---:|---:|",
    row("Incidents", (savings) => figure(savings.incidents)),
    row("Technician hours", (savings) => figure(savings.technicianHours)),
    row("Hours of people waiting", (savings) => figure(savings.waitingHours)),
    row(`Cost (${baseline.currency || "currency not named"})`, (savings) => figure(savings.money)),
    "",
    `Measured: ${counted(measured.live, "successful run")} on real systems since ${measured.since.slice(0, 10)}, each counted ` +
      `as one incident that was done by hand before. In the simulated campus, not counted: ${measured.mock}.`,
    "",
  ].join("\n");
}

export function money(value: number, baseline: Baseline): string {
  return `${figure(value)} ${baseline.currency}`.trim();
}
