#!/usr/bin/env python3
"""CONNECTOR: a tool for AVOps. Needs Python 3.9 or later and nothing else.

    python3 connector.py             listens on http://127.0.0.1:9410 (PORT=… for another)

It answers three requests: GET /health, GET /manifest, POST /action. Change MANIFEST and ACTIONS to what your device does.
"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What AVOps and its users know of each action. `effect`: read changes nothing, write can be put back, destructive
# cannot. `repeat`: what a second, equal call does: safe (the same again), keyed (the first result again, for the same
# Idempotency-Key), once (it may act twice). What is not declared is assumed to be the worst.
MANIFEST = {
    "title": "CONNECTOR",
    "description": "A lamp that is kept in memory, to begin with.",
    "actions": {
        "get_power": {
            "title": "Get power",
            "description": "Says whether it is on.",
            "effect": "read",
            "repeat": "safe",
            "input_schema": {"type": "object", "properties": {}, "additionalProperties": False},
            "result": "lamp",
        },
        "set_power": {
            "title": "Set power",
            "description": "Turns it on or off, and reads back what it is.",
            "effect": "write",
            "repeat": "safe",
            "input_schema": {
                "type": "object",
                "properties": {"power": {"type": "string", "enum": ["on", "off"]}},
                "required": ["power"],
                "additionalProperties": False,
            },
            "result": "lamp",
        },
    },
}

STATE = {"power": "off"}


class Refused(Exception):
    """The call was understood and nothing was done; the text says why."""


def get_power(_args):
    return {"power": STATE["power"]}


def set_power(args):
    if args.get("power") not in ("on", "off"):
        raise Refused("`power` must be on or off")
    STATE["power"] = args["power"]
    return get_power({})


ACTIONS = {"get_power": get_power, "set_power": set_power}


class Connector(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            # Ask your device something cheap here, and answer {"ok": False, "detail": why} when it is not well.
            self.answer(200, {"ok": True, "detail": "the lamp is " + STATE["power"]})
        elif self.path == "/manifest":
            self.answer(200, MANIFEST)
        else:
            self.answer(404, {"ok": False, "error": "there is nothing at this address"})

    def do_POST(self):
        if self.path != "/action":
            return self.answer(404, {"ok": False, "error": "there is nothing at this address"})
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            action = ACTIONS.get(body["action"])
            if action is None:
                raise Refused(f"there is no action {body['action']}")
            # self.headers["Idempotency-Key"] is the same for every attempt of one step.
            # self.headers["X-AVOps-Mode"] is live, mock or dry.
            self.answer(200, {"ok": True, "result": action(body.get("args") or {})})
        except Refused as refused:
            self.answer(200, {"ok": False, "error": str(refused)})
        except (ValueError, KeyError, TypeError) as error:
            self.answer(400, {"ok": False, "error": f"the request does not fit: {error}"})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Quiet: AVOps records every call."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9410"))), Connector)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
