// CONNECTOR: a tool for AVOps. Needs Node 22.18 or later, which runs TypeScript as it is, and nothing else.
//
//     node connector.ts             listens on http://127.0.0.1:9410 (PORT=… for another)
//
// It answers three requests: GET /health, GET /manifest, POST /action. Change MANIFEST and ACTIONS to what your device does.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Args = Record<string, unknown>;

// What AVOps and its users know of each action. `effect`: read changes nothing, write can be put back, destructive
// cannot. `repeat`: what a second, equal call does: safe (the same again), keyed (the first result again, for the same
// Idempotency-Key), once (it may act twice). What is not declared is assumed to be the worst.
const MANIFEST = {
  title: "CONNECTOR",
  description: "A lamp that is kept in memory, to begin with.",
  actions: {
    get_power: {
      title: "Get power",
      description: "Says whether it is on.",
      effect: "read",
      repeat: "safe",
      input_schema: { type: "object", properties: {}, additionalProperties: false },
      result: "lamp",
    },
    set_power: {
      title: "Set power",
      description: "Turns it on or off, and reads back what it is.",
      effect: "write",
      repeat: "safe",
      input_schema: {
        type: "object",
        properties: { power: { type: "string", enum: ["on", "off"] } },
        required: ["power"],
        additionalProperties: false,
      },
      result: "lamp",
    },
  },
};

const state = { power: "off" };

/** The call was understood and nothing was done; the message says why. */
class Refused extends Error {}

const ACTIONS: Record<string, (args: Args) => unknown> = {
  get_power: () => ({ power: state.power }),
  set_power: ({ power }) => {
    if (power !== "on" && power !== "off") throw new Refused("`power` must be on or off");
    state.power = power;
    return { power: state.power };
  },
};

async function act(request: IncomingMessage): Promise<[number, unknown]> {
  let text = "";
  for await (const piece of request) text += piece;
  try {
    const { action, args } = JSON.parse(text) as { action: string; args?: Args };
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!act) throw new Refused(`there is no action ${action}`);
    // request.headers["idempotency-key"] is the same for every attempt of one step.
    // request.headers["x-avops-mode"] is live, mock or dry.
    return [200, { ok: true, result: act(args ?? {}) }];
  } catch (error) {
    if (error instanceof Refused) return [200, { ok: false, error: error.message }];
    return [400, { ok: false, error: `the request does not fit: ${error}` }];
  }
}

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  switch (`${request.method} ${request.url}`) {
    case "GET /health":
      // Ask your device something cheap here, and answer { ok: false, detail: why } when it is not well.
      return [200, { ok: true, detail: `the lamp is ${state.power}` }];
    case "GET /manifest":
      return [200, MANIFEST];
    case "POST /action":
      return act(request);
    default:
      return [404, { ok: false, error: "there is nothing at this address" }];
  }
}

const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
server.listen(Number(process.env.PORT ?? 9410), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening on http://127.0.0.1:${port}`);
});
