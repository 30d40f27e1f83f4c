import { expect, it } from "vitest";
import type { RunSummary } from "../api/wire";
import { runsCsv } from "./runsCsv";

const RUN: RunSummary = {
  id: "0198a000-0000-7000-8000-000000000001",
  name: '=HYPERLINK("http://x")',
  agent_id: null,
  agent: null,
  recipe_id: null,
  recipe: "Check, then restart",
  recipe_version: 2,
  workflow_id: null,
  trigger: "manual",
  mode: "mock",
  status: "failed",
  waiting_for: null,
  outcome: null,
  requested_by: "ada",
  room: { id: "zr-204", name: "Huddle 204" },
  accepted_at: "2026-11-24T12:00:00Z",
  started_at: null,
  finished_at: null,
  duration_ms: 12,
  working_ms: null,
  error: { phase: "verify", step: null, message: 'said "no"\ntwice', hint: null },
  rollback: null,
  metrics: [],
  meta: {},
  url: "http://127.0.0.1/runs/x",
};

it("quotes what needs it and takes the sting out of formulas", () => {
  const [head, line] = runsCsv([RUN]).split("\r\n");
  expect(head).toContain("id,name,status,waiting_for,mode,trigger,agent,recipe,version");
  expect(line).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(line).toContain('"Check, then restart",2,Huddle 204,ada');
  expect(runsCsv([RUN])).toContain('"said ""no""\ntwice"');
});
