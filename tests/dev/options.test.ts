import { createDevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { expect, test } from "vitest";
import { createMemoryTransport } from "../../src/transport/memory_transport.ts";

/** Every option, so that one that is added is known to the check. */
const all: Required<Omit<DevServerOptions, "servers">> = {
  tls: {},
  transport: createMemoryTransport(),
  generation: "v3",
  pathOrder: "type-name",
  allowedHosts: [],
  deletionRetryMs: 1,
  faults: { logLagMs: 0, dropLiveLines: false, wrongRun: false, endStreams: false },
  auth: { ca: "", now: () => new Date() },
  streams: { storage: "memory", replicas: 1, duplicateWindowMs: 1000 },
  heartbeatMs: 1,
  onNotice() {},
};

test.each<[object, string, string]>([
  [{ heartbeat: 1 }, "heartbeat", "heartbeatMs"],
  [{ natsServers: "nats://localhost" }, "natsServers", "servers"],
  [{ faults: { logLag: 1 } }, "faults.logLag", "logLagMs"],
  [{ streams: { replica: 1 } }, "streams.replica", "replicas"],
  [{ auth: { ca: "", caFile: "ca.pem" } }, "auth.caFile", "ca, now"],
])("of %j, the option %s is unknown, and %s is meant", (options, field, meant) => {
  expect(() => createDevServer(all)).not.toThrow();
  expect(() => createDevServer({ ...all, ...options } as DevServerOptions)).toThrow(
    expect.objectContaining({ field, message: `${field} is not an option; use ${meant}` }),
  );
});
