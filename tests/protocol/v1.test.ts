import { describe, expect, it } from "vitest";
import { readLiveLineV1 } from "../../src/protocol/logs/live_line_v1.ts";
import {
  encodeLokiPush,
  LOKI_PUSH_PATH,
  LOKI_TENANT_HEADER,
  type LokiEntry,
  lokiRunLabels,
  lokiRunMetadata,
} from "../../src/protocol/logs/loki.ts";
import { readVectors } from "./vectors.ts";

interface Vectors {
  lokiPush: { entries: LokiEntry[]; body: string };
  liveLines: { text: string; timestamp: string; message: string }[];
}

const { lokiPush, liveLines } = readVectors<Vectors>("v1");

describe("a push to Loki", () => {
  it("is encoded byte for byte, lines of the same labels in one stream", () => {
    expect(encodeLokiPush(lokiPush.entries)).toBe(lokiPush.body);
  });

  it("has the path and the tenant header of Loki", () => {
    expect(LOKI_PUSH_PATH).toBe("/loki/api/v1/push");
    expect(LOKI_TENANT_HEADER).toBe("X-Scope-OrgID");
  });

  it("has the labels by which the server finds a run, and metadata", () => {
    const run = { driver: "build", runId: "r", event: "create", messageId: "m", pipeline: "" };
    expect(lokiRunLabels(run, true)).toEqual({ driver: "build", run_id: "r" });
    expect(lokiRunMetadata(run, true)).toEqual({ event: "create", id: "m" });
    expect(lokiRunLabels(run, false)).toEqual({ driver: "build" });
    expect(lokiRunMetadata(run, false)).toEqual({ run_id: "r", event: "create", id: "m" });
  });
});

describe("a line of a v1 server's stream", () => {
  it.each(liveLines)("$text", ({ text, timestamp, message }) => {
    expect(readLiveLineV1(text, { runId: "r", driver: "build" })).toEqual({
      runId: "r",
      driver: "build",
      pipeline: "",
      timestamp,
      message,
    });
  });
});
