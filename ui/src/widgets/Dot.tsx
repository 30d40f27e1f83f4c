// How a workflow went: its dot, and a bar for each of its latest runs.

import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { RecentRun, Workflow } from "../api/wire";
import { paths } from "../paths";
import { duration } from "./format";
import { look } from "./Status";

const WORDS = {
  green: "the last finished run succeeded",
  amber: "the last finished run is unproven",
  red: "the last finished run failed",
  grey: "the last finished run was cancelled",
  neutral: "no run has finished yet",
} as const;

/** Colour for the last outcome, a ring while a run is open, hollow when none has finished; and all of it in words. */
export function Dot({ workflow }: { workflow: Workflow }) {
  const open = workflow.active ? `; a run is ${workflow.active}` : "";
  const words = `${WORDS[workflow.status_dot]}${open}`;
  return (
    <Tooltip label={words}>
      <span
        className="dot"
        role="img"
        aria-label={words}
        data-dot={workflow.status_dot}
        data-active={workflow.active ?? undefined}
      />
    </Tooltip>
  );
}

/** The latest runs, the newest on the right: as high as it took long, each a link to its run. */
export function Sparkline({ runs }: { runs: RecentRun[] }) {
  const longest = Math.max(1, ...runs.map((run) => run.duration_ms ?? 0));
  return (
    <span className="sparkline">
      {[...runs].reverse().map((run) => (
        <Tooltip
          key={run.id}
          label={`${run.status}${run.duration_ms === null ? "" : ` · ${duration(run.duration_ms)}`}`}
        >
          <Link
            to={paths.run(run.id)}
            aria-label={`Run ${run.status}`}
            style={{
              height: 6 + Math.round((14 * (run.duration_ms ?? 0)) / longest),
              background: `var(--mantine-color-${look(run.status).color}-6)`,
            }}
          />
        </Tooltip>
      ))}
    </span>
  );
}
