// The filters of the runs page: as they stand in the address, and as the server knows them.

export interface RunSearch {
  status?: string;
  agent?: string;
  recipe?: string;
  version?: string;
  room?: string;
  actor?: string;
  trigger?: string;
  mode?: string;
  waiting_for?: string;
  window?: string;
  since?: string;
  until?: string;
  q?: string;
  sort?: string;
}

const NAMES = [
  "status",
  "agent",
  "recipe",
  "version",
  "room",
  "actor",
  "trigger",
  "mode",
  "waiting_for",
  "window",
  "since",
  "until",
  "q",
  "sort",
] as const;

export const HOURS: Record<string, number> = { "1h": 1, "24h": 24, "7d": 7 * 24, "30d": 30 * 24 };

/** What of an address is a filter. */
export function runSearch(address: Record<string, unknown>): RunSearch {
  const search: RunSearch = {};
  for (const name of NAMES) {
    const value = address[name];
    if (typeof value === "string" && value !== "") search[name] = value;
  }
  return search;
}

/** Whether anything but the order is asked for. */
export function isFiltered(search: RunSearch): boolean {
  return NAMES.some((name) => name !== "sort" && search[name] !== undefined);
}

/** The filters as the server's query. A window ends now. */
export function question(search: RunSearch, now: number, limit: number, cursor?: string): string {
  const { window, ...filters } = search;
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  const hours = HOURS[window ?? ""];
  if (hours) query.set("since", new Date(now - hours * 3_600_000).toISOString());
  if (cursor) query.set("cursor", cursor);
  return query.toString();
}
