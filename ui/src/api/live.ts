// Server-sent events into the query cache: what changed is asked for again, and the frame shows whether we hear.

import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

export type Hearing = "live" | "reconnecting";

let hearing: Hearing = "reconnecting";
const listeners = new Set<() => void>();

function say(now: Hearing) {
  if (now === hearing) return;
  hearing = now;
  for (const listener of listeners) listener();
}

/** Listens to which runs change, for as long as the page is open. */
export function listen(queries: QueryClient): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const runs = new Set<string>();
  // Changes come in bursts; one refetch a quarter second serves them all.
  const refresh = () => {
    waiting = undefined;
    for (const run of runs) queries.invalidateQueries({ queryKey: ["run", run] });
    runs.clear();
    for (const key of ["runs", "dashboard", "inbox", "workflows", "agents"])
      queries.invalidateQueries({ queryKey: [key] });
  };
  const soon = () => {
    waiting ??= setTimeout(refresh, 250);
  };
  const open = () => {
    source = new EventSource("/api/v1/events");
    source.addEventListener("run", (event) => {
      const { run_id } = JSON.parse(event.data) as { run_id: string };
      runs.add(run_id);
      soon();
    });
    source.addEventListener("gap", () => queries.invalidateQueries());
    source.onopen = () => {
      if (hearing === "reconnecting") queries.invalidateQueries();
      say("live");
    };
    source.onerror = () => {
      say("reconnecting");
      // After an answer that is no stream (a proxy whose server is away), the browser gives up for good.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 5_000);
    };
  };
  open();
  return () => {
    clearTimeout(waiting);
    clearTimeout(again);
    source.close();
  };
}

/** Follows one run's journal; the browser goes on after the last number it has. Ends with the run. */
export function followRun(queries: QueryClient, run: string): () => void {
  const source = new EventSource(`/api/v1/runs/${run}/events`);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  source.addEventListener("entry", (event) => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      queries.invalidateQueries({ queryKey: ["run", run] });
    }, 100);
    const entry = JSON.parse(event.data) as { event: { type: string } };
    // The server ends the stream with the run; without this the browser would ask for more.
    if (entry.event.type === "finished") source.close();
  });
  return () => {
    clearTimeout(waiting);
    source.close();
  };
}

export function useHearing(): Hearing {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hearing,
  );
}
