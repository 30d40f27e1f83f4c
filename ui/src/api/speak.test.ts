import { expect, test } from "vitest";
import { events } from "./speak";

async function read(chunks: Uint8Array[]) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const found = [];
  for await (const event of events(body)) found.push(event);
  return found;
}

test("events are read whatever the chunks are that they come in", async () => {
  const text =
    'event: spoken\ndata: {"text":"Grö\u00dfe →"}\n\n: keep alive\n\nevent: message\ndata: a\ndata: b\n\n';
  const bytes = new TextEncoder().encode(text);
  const expected = [
    { name: "spoken", data: '{"text":"Größe →"}' },
    { name: "message", data: "a\nb" },
  ];
  expect(await read([bytes])).toEqual(expected);
  expect(await read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test("a block that never ends is no event", async () => {
  expect(await read([new TextEncoder().encode("event: message\ndata: half")])).toEqual([]);
});
