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
