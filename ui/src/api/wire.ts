// What the server says and takes, as `/openapi.json` describes it.

export type RunStatus = "queued" | "running" | "waiting" | "success" | "unproven" | "failed" | "cancelled";
export type StepStatus = "running" | "ok" | "failed" | "skipped" | "waiting";
export type Phase = "intake" | "plan" | "act" | "verify" | "rollback";
export type WaitReason =
  | "input"
  | "approval"
  | "manual"
  | "timer"
  | "lock"
  | "window"
  | "interrupted"
  | "child";
export type Mode = "live" | "mock" | "dry";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Problem {
  title: string;
  status: number;
  detail: string;
  hint?: string;
  request_id?: string;
  diagnostics?: Finding[];
}

export interface Finding {
  code: string;
  severity: "error" | "warning";
  message: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  help: string | null;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Me {
  name: string;
  role: string;
  permissions: string[];
  mock: boolean;
  mock_source: "default" | "workspace" | "flag";
  version: string;
}

export interface MetricValue {
  name: string;
  value: number | null;
  unit: string | null;
  target: string | null;
  met: boolean | null;
}

export interface RunError {
  phase: Phase | null;
  step: string | null;
  message: string;
  hint?: string | null;
}

export interface RunSummary {
  id: string;
  name: string;
  agent: string | null;
  agent_id: string | null;
  recipe: string;
  recipe_id: string | null;
  recipe_version: number;
  trigger: string;
  mode: Mode;
  status: RunStatus;
  waiting_for: WaitReason | null;
  outcome: string | null;
  requested_by: string;
  accepted_at: string;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
  working_ms: number | null;
  error: RunError | null;
  rollback: "not_needed" | "running" | "rolled_back" | "rollback_failed" | null;
  metrics: MetricValue[];
}

export interface Gate {
  reason: WaitReason;
  prompt: string;
  role: string;
  until: string | null;
  schema?: InputsSchema | null;
  evidence?: Json;
}

export interface Step {
  id: string;
  key: string;
  seq: number;
  phase: Phase;
  title: string;
  verb: string;
  tool: string | null;
  action: string | null;
  attempt: number;
  status: StepStatus;
  message: string | null;
  payload: Json;
  result: Json;
  error: string | null;
  started_at: string;
  finished_at: string | null;
  duration_ms: number | null;
  gate: Gate | null;
}

export interface Artifact {
  id: string;
  kind: string;
  title: string;
  external_id: string | null;
  url: string | null;
  data: Json;
  content: { href: string; media_type: string; bytes: number; sha256: string } | null;
  phase: Phase | null;
  step_id: string;
  created_at: string;
}

export interface Run extends RunSummary {
  inputs: Record<string, Json>;
  outputs: Record<string, Json>;
  wake_at: string | null;
  seq: number;
  steps: Step[];
  artifacts: Artifact[];
}

export interface InboxItem {
  run_id: string;
  run: string;
  agent: string | null;
  recipe: string;
  mode: Mode;
  requested_by: string;
  step: string;
  phase: Phase;
  title: string;
  reason: WaitReason;
  prompt: string;
  role: string;
  may_answer: boolean;
  since: string;
  until: string | null;
  schema: InputsSchema | null;
  evidence: Json;
  answers: string[];
}

export interface InputProperty {
  type?: string;
  title?: string;
  format?: string;
  default?: Json;
  enum?: Json[];
}

export interface InputsSchema {
  properties?: Record<string, InputProperty>;
  required?: string[];
}

export interface Kpis {
  runs: number;
  finished: number;
  success: number;
  failed: number;
  running: number;
  waiting: number;
  success_rate: number | null;
  p95_ms: number | null;
  last_error: { run_id: string; run: string; message: string; at: string } | null;
}

export interface RecipeMetric {
  recipe: string;
  name: string;
  unit: string | null;
  target: string | null;
  value: number | null;
  latest: number | null;
  met_rate: number | null;
  count: number;
  trend: number[];
}

export interface Dashboard {
  window: string;
  kpis: Kpis;
  previous: Kpis | null;
  bucket: "hour" | "day";
  trend: { t: string; success: number; failed: number; other: number }[];
  recent: RunSummary[];
  metrics: RecipeMetric[];
  needs_you: InboxItem[];
}

export interface RecipeSummary {
  id: string;
  name: string;
  slug: string;
  version: number;
  description: string;
  owner: string | null;
  tags: string[];
  risk: { level: "low" | "medium" | "high"; notes?: string } | null;
  stage: string;
  errors: number;
  warnings: number;
  stats: {
    runs: number;
    success_rate: number | null;
    p95_ms: number | null;
    last_run_at: string | null;
    last_status: RunStatus | null;
  };
  updated_at: string;
}

export interface StepOutline {
  id: string;
  phase: Phase;
  verb: string;
  title: string;
  tool: string | null;
  action: string | null;
  effect: "read" | "write" | "destructive" | null;
  undo: boolean;
  depth: number;
  line: number;
}

export interface Recipe extends RecipeSummary {
  yaml: string;
  hash: string;
  inputs_schema: InputsSchema;
  diagnostics: Finding[];
  agents: string[];
  steps: StepOutline[];
}

export interface Validation {
  valid: boolean;
  diagnostics: Finding[];
  inputs_schema: InputsSchema;
  steps: StepOutline[];
}

export interface VersionSummary {
  version: number;
  hash: string;
  changelog: string | null;
  author: string;
  created_at: string;
}

export interface Agent {
  id: string;
  name: string;
  domain: string;
  description: string;
  tools: string[];
  recipes: string[];
}

export interface Seed {
  agents: boolean;
  recipes: boolean;
  tools: boolean;
  workflows: boolean;
}

export interface SetupStatus {
  initialized: boolean;
  choices: Seed;
  groups: { group: keyof Seed; missing: string[]; existing: string[]; total: number }[];
  health: { name: string; ok: boolean; detail: string; fix: string | null }[];
}

export interface SetupOutcome {
  created: Record<keyof Seed, number>;
  skipped: Record<keyof Seed, number>;
  failed: Record<keyof Seed, number>;
  new_agents: string[];
  new_recipes: string[];
  errors: string[];
}

export interface Tool {
  name: string;
  title: string;
  actions: { name: string; title: string; description: string; effect: string }[];
}

export interface Started {
  id: string;
  status: RunStatus;
  url: string;
}
