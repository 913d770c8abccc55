import { testCalls } from "../support/call_cases.ts";

testCalls({
  broadcastMessage: {
    call: (client) =>
      client.broadcastMessage({ event: "stop", payload: { now: true }, runId: "r1" }),
    sends: ["POST", "/drivers/broadcast-message", {
      event: "stop",
      payload: `{"now":true}`,
      run_id: "r1",
    }],
    response: { body: { message: "sent" } },
    returns: "sent",
  },
  capabilities: {
    call: (client) => client.capabilities(),
    sends: ["GET", "/capabilities"],
    response: { body: { resource_deletion_pipeline: 1, more: true } },
    returns: { resourceDeletionPipeline: 1 },
  },
  "capabilities of a server that has none": {
    call: (client) => client.capabilities(),
    sends: ["GET", "/capabilities"],
    response: { status: 404, body: "Cannot GET /capabilities" },
    returns: {},
  },
  health: {
    call: (client) => client.health(),
    sends: ["GET", "/health"],
    response: { body: { status: "ok", time: "now" } },
    returns: { status: "ok", time: "now" },
  },
  metrics: {
    call: (client) => client.metrics(),
    sends: ["GET", "/metrics"],
    response: { body: "up 1\n" },
    returns: "up 1\n",
  },
});
