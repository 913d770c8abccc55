/** Runs one event through a driver whose telemetry is recorded, over a broker in this process. */

import { createDriver, createDriverManager } from "../../mod.ts";
import { openTelemetry } from "../../src/otel/mod.ts";
import { encodeDriverMessage } from "../../src/protocol/driver_message.ts";
import { connectBroker, createMemoryTransport } from "../../src/transport/mod.ts";

const transport = createMemoryTransport();
const connection = await connectBroker({ servers: ["memory:"] }, transport);
await connection.ensureStream({
  name: "messages",
  subjects: ["resources.>", "events.>", "drivers.>"],
  retention: "interest",
});
await connection.ensureStream({
  name: "pipeline-engine",
  subjects: ["pipelines.>"],
  retention: "workqueue",
});

const driver = createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} });
const manager = createDriverManager({
  driver,
  transport,
  sinks: [],
  console: false,
  telemetry: openTelemetry(),
  onEvent: (event) => event.type === "run-ended" && void manager.stop(),
});
const running = manager.run();
await manager.ready;
const payload = JSON.stringify({ id: "1", name: "site", resource: "workflow", spec: {} });
await connection.publishConfirmed(
  "resources.workflow",
  encodeDriverMessage({ event: "create", id: "1", runId: "run-1", payload }),
  { headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } },
);
await running;
