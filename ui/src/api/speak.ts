// An answer of the chat while it is being written: server-sent events of a POST, which EventSource cannot send.

import { ApiError } from "./client";
import type { ChatMessage, Problem } from "./wire";

export interface Question {
  thread_id?: string;
  text: string;
  json_mode: boolean;
}

/** What is heard before the answer is whole. */
export interface Listening {
  onBegun: (thread: string) => void;
  /** All words so far. */
  onWords: (words: string) => void;
  /** Ends the model's turn; what it wrote until then is kept. */
  signal: AbortSignal;
}

type Spoken = { kind: "begun"; thread_id: string } | { kind: "words"; text: string } | { kind: "anew" };

/** Asks, and gives the whole answer; nothing when the question was stopped before. */
export async function speak(question: Question, listening: Listening): Promise<ChatMessage | undefined> {
  const { signal } = listening;
  try {
    const answer = await fetch("/api/v1/chat/stream", {
      method: "POST",
      headers: { "x-avops": "1", "content-type": "application/json" },
      body: JSON.stringify(question),
      signal,
    });
    if (!answer.ok || answer.body === null) throw new ApiError(refusal(await answer.text(), answer.status));
    let words = "";
    for await (const { name, data } of events(answer.body)) {
      if (name === "message") return JSON.parse(data) as ChatMessage; // as the server describes it
      if (name === "problem") throw new ApiError(JSON.parse(data) as Problem); // likewise
      if (name !== "spoken") continue;
      const spoken = JSON.parse(data) as Spoken; // likewise
      switch (spoken.kind) {
        case "begun":
          listening.onBegun(spoken.thread_id);
          break;
        case "words":
          words += spoken.text;
          listening.onWords(words);
          break;
        case "anew":
          words = "";
          listening.onWords(words);
      }
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof ApiError) throw error;
  }
  if (signal.aborted) return undefined;
  throw new ApiError({
    title: "no answer",
    status: 0,
    detail: "the connection broke while the answer was being written",
    hint: "open the conversation again: what was answered is kept there",
  });
}

function refusal(text: string, status: number) {
  try {
    return JSON.parse(text) as Problem; // every refusal of the server is one
  } catch {
    return { title: "refused", status, detail: `the server answered with status ${status}` };
  }
}

/** The events of a stream: blocks of lines, with an empty line behind each. */
export async function* events(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ name: string; data: string }> {
  const reader = body.getReader();
  // Characters may be split between chunks.
  const decoder = new TextDecoder();
  let left = "";
  for (;;) {
    const { done, value } = await reader.read();
    left += decoder.decode(value, { stream: !done });
    for (;;) {
      const end = left.indexOf("\n\n");
      if (end < 0) break;
      const block = left.slice(0, end);
      left = left.slice(end + 2);
      let name = "message";
      const data: string[] = [];
      for (const line of block.split("\n")) {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
      if (data.length > 0) yield { name, data: data.join("\n") };
    }
    if (done) return;
  }
}
