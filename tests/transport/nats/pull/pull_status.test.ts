import { describe, expect, test } from "vitest";
import { readPullStatus } from "../../../../src/transport/nats/pull/pull_status.ts";

describe("a status message", () => {
  /** Headers in the form of the client library. */
  const status = (code: number, description = "", pending?: number) =>
    readPullStatus(
      {
        code,
        description,
        get: (name: string) =>
          name === "Nats-Pending-Messages" && pending !== undefined ? String(pending) : "",
      } as Parameters<typeof readPullStatus>[0],
    );

  test("of an expired request reports the undelivered messages", () => {
    expect(status(408, "Request Timeout", 3)).toEqual({ kind: "expired", left: 3 });
    expect(status(408, "Request Timeout", 0)).toEqual({ kind: "expired", left: 0 });
    expect(status(404, "No Messages")).toEqual({ kind: "expired", left: undefined });
    expect(status(409, "Batch Completed", 2)).toEqual({ kind: "expired", left: 2 });
    expect(status(409, "Message Size Exceeds MaxBytes", 2)).toEqual({ kind: "expired", left: 2 });
  });

  test.each([
    [100, "Idle Heartbeat", "heartbeat"],
    [409, "Consumer Deleted", "gone"],
    [503, "", "gone"],
    [409, "Leadership Change", "moved"],
    [409, "Server Shutdown", "moved"],
    [409, "Exceeded MaxWaiting", "retry"],
    [409, "Exceeded MaxAckPending", "retry"],
    [409, "Something New", "retry"],
    [409, "Consumer is push based", "refused"],
    [409, "Exceeded MaxRequestBatch of 1", "refused"],
    [409, "Exceeded MaxRequestExpires of 1s", "refused"],
    [409, "Exceeded MaxRequestMaxBytes of 1", "refused"],
    [400, "Bad Request", "refused"],
    [423, "Nats-Pin-Id mismatch", "refused"],
  ])("%i %s means %s", (code, description, kind) => {
    expect(status(code, description).kind).toBe(kind);
  });

  test("without headers is refused", () => {
    expect(readPullStatus(undefined).kind).toBe("refused");
  });
});
