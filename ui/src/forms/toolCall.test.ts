import { describe, expect, it } from "vitest";
import { readCall } from "./ToolCall";

describe("a call as text", () => {
  it("reads the runbook's own bodies", () => {
    const body =
      '{"tool":"zoom","action":"create_webinar","args":{"topic":"All Hands","start_time":"2025-10-21T17:00:00Z","duration":60}}';
    expect(readCall(body)).toEqual(JSON.parse(body));
  });

  it("says what is wrong before anything is sent", () => {
    expect(readCall('{"tool": "zoom"')).toContain("not JSON");
    expect(readCall('["zoom"]')).toContain("not an object");
    expect(readCall('{"tool": "zoom"}')).toContain('"action"');
    expect(readCall('{"tool": "zoom", "action": "x", "arg": {}}')).toContain('"arg" is not part');
  });
});
