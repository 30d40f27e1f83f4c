// One way to ask the server, and one kind of error.

import type { Page, Problem } from "./wire";

/** A refusal of the server, or what the page itself has to say when there was no answer. */
type Refused = Pick<Problem, "title" | "status" | "detail"> & Partial<Problem>;

export class ApiError extends Error {
  constructor(readonly problem: Refused) {
    super(problem.detail);
  }
}

const NO_ANSWER: Refused = {
  title: "no answer",
  status: 0,
  detail: "the server does not answer",
  hint: "check that it is running; this page goes on by itself when it is back",
};

export async function ask<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: {
      // Forms of other sites cannot send this header, so it proves that the change comes from here.
      "x-avops": "1",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new ApiError(NO_ANSWER);
  });
  if (answer.status === 204) return undefined as T; // nothing to read, and callers of these expect nothing
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(problemIn(text, answer.status));
  return JSON.parse(text) as T; // the server's own description of this address says that it is a T
}

function problemIn(text: string, status: number): Refused {
  try {
    return JSON.parse(text) as Problem; // every refusal of the server is one
  } catch {
    return { title: "refused", status, detail: `the server answered with status ${status}` };
  }
}

/** A whole list, however many bites it comes in. */
export async function all<T>(path: string, query = ""): Promise<Page<T>> {
  const items: T[] = [];
  let cursor = query ? `&${query}` : "";
  for (;;) {
    const bite = await get<Page<T>>(`${path}?limit=500${cursor}`);
    items.push(...bite.items);
    if (bite.next === null) return { items, next: null };
    cursor = `${query ? `&${query}` : ""}&cursor=${encodeURIComponent(bite.next)}`;
  }
}

export const get = <T>(path: string) => ask<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}) => ask<T>("POST", path, body);
