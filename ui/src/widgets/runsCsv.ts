// Runs as a file for spreadsheets.

import Papa from "papaparse";
import type { RunSummary } from "../api/wire";

/** One line a run. A text that a spreadsheet would take for a formula is marked as text. */
export function runsCsv(runs: RunSummary[]): string {
  const rows = runs.map((run) => ({
    id: run.id,
    name: run.name,
    status: run.status,
    waiting_for: run.waiting_for ?? "",
    mode: run.mode,
    trigger: run.trigger,
    agent: run.agent ?? "",
    recipe: run.recipe,
    version: run.recipe_version,
    room: run.room?.name ?? "",
    requested_by: run.requested_by,
    accepted_at: run.accepted_at,
    started_at: run.started_at ?? "",
    finished_at: run.finished_at ?? "",
    duration_ms: run.duration_ms ?? "",
    working_ms: run.working_ms ?? "",
    rollback: run.rollback ?? "",
    error: run.error?.message ?? "",
  }));
  return Papa.unparse(rows, { escapeFormulae: true });
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
