import { expect } from "vitest";
import { testCalls } from "../support/call_cases.ts";

const ENTRY = {
  runid: "r1",
  driver: "build",
  pipeline: "ship",
  timestamp: "2026-01-01T00:00:00Z",
  message: "hi",
};

testCalls({
  listLogs: {
    call: (client) => client.listLogs({ runId: "r1", driver: "build", pipeline: "a b" }),
    sends: ["GET", "/logs?pipeline=a+b&driver=build&runid=r1"],
    response: { body: [ENTRY, { ...ENTRY, timestamp: 1767225600 }] },
    returns: [
      { runId: "r1", driver: "build", pipeline: "ship", timestamp: ENTRY.timestamp, message: "hi" },
      { runId: "r1", driver: "build", pipeline: "ship", timestamp: "1767225600", message: "hi" },
    ],
  },
  "listLogs of steps and SDKs that write their times in other ways": {
    call: (client) => client.listLogs({ runId: "r1" }),
    sends: ["GET", "/logs?runid=r1"],
    response: {
      body: [
        { ...ENTRY, driver: "a-test", message: "4", timestamp: "2026-01-01T00:00:01.000000002Z" },
        { ...ENTRY, driver: "a-test", message: "5", timestamp: "2026-01-01T00:00:01.000000003Z" },
        { ...ENTRY, message: "2", timestamp: "1767225600" },
        { ...ENTRY, message: "3", timestamp: "2026-01-01T01:00:00+01:00" },
        { ...ENTRY, message: "6", timestamp: "1767225602" },
        { ...ENTRY, driver: "go", message: "1", timestamp: "2025-12-31T23:59:59.9Z" },
      ],
    },
    returns: ["1", "2", "3", "4", "5", "6"].map((message) => expect.objectContaining({ message })),
  },
  "listLogs of everything, when there is nothing": {
    call: (client) => client.listLogs(),
    sends: ["GET", "/logs"],
    response: { body: "null" },
    returns: [],
  },
  createLog: {
    call: (client) =>
      client.createLog({
        runId: "r1",
        driver: "build",
        pipeline: "ship",
        timestamp: ENTRY.timestamp,
        message: "hi",
      }),
    sends: ["POST", "/logs", ENTRY],
    response: { status: 201, body: "Created" },
    returns: undefined,
  },
});
