import type { DevServerOptions } from "@conveyor/driver/dev";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../../src/logger/record.ts";
import { readRunMetadata } from "../../../src/protocol/run_metadata.ts";
import { readResults } from "../../../src/protocol/result.ts";
import { RESULT_SUBJECT } from "../../../src/protocol/subjects.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { Connection, Transport } from "../../../src/transport/transport.ts";
import { type BrokerKind, BROKERS, openBroker } from "../support/brokers.ts";
import { gate } from "../support/collector.ts";
import { ended, openSystem, PIPELINE, type System } from "./support/system.ts";

const WEB = { name: "web", resource: "workflow", pipeline: PIPELINE, spec: {} };

async function serverOptions(kind: BrokerKind): Promise<DevServerOptions> {
  const { servers, transport } = (await openBroker(kind)).options;
  return { ...servers !== undefined && { servers }, ...transport && { transport } };
}

/** The runs that each driver has been called for, in order. */
type Calls = [driver: string, event: string, runId: string][];

/** The result that the server stores of a driver's step, once it has one. */
async function finished({ client }: System, driver: string) {
  for (;;) {
    const resource = await client.getResource("web", "workflow");
    const result = readResults(resource)[driver];
    if (result) return result;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

describe.each(BROKERS)("a run that an update takes the place of, on %s", (kind) => {
  it("while step one works: its signal aborts with `superseded`, and no step of it follows", async () => {
    const system = await openSystem(["build", "deploy"], await serverOptions(kind));
    const calls: Calls = [];
    const reasons: unknown[] = [];
    const manager = await system.start({
      async reconcile({ event, runId, signal }) {
        calls.push(["build", event, runId]);
        if (event !== "create") return;
        await system.client.updateResource(WEB);
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        reasons.push(signal.reason);
        return { success: true };
      },
    }, { ackWaitMs: 1000 });
    await system.start({
      name: "deploy",
      reconcile({ event, runId }) {
        calls.push(["deploy", event, runId]);
        return { success: true, message: event };
      },
    });
    const { runId } = await system.client.createResource(WEB);
    const { reason } = await ended(system, "superseded", runId);
    expect(reason).toMatch(/^superseded: run \S+ has taken the place of this one; build publishes/);
    expect(reasons).toEqual([expect.objectContaining({ code: "superseded", message: reason })]);
    expect(await finished(system, "deploy")).toMatchObject({ message: "update" });
    expect(calls.map(([driver, event]) => [driver, event])).toEqual([
      ["build", "create"],
      ["build", "update"],
      ["deploy", "update"],
    ]);
    expect(manager.stats().drivers["build"]).toMatchObject({
      superseded: 1,
      succeeded: 1,
      failed: 0,
      running: 0,
    });
  });

  it("while it waits for a retry: it is not attempted again, which its log and the counters say", async () => {
    const system = await openSystem(["build", "deploy"], await serverOptions(kind));
    const calls: Calls = [];
    const lines: LogRecord[] = [];
    const manager = await system.start({
      async reconcile({ event, runId }) {
        calls.push(["build", event, runId]);
        if (event !== "create") return;
        await updated(system);
        throw new Error("not yet");
      },
    }, { sinks: [(line) => void lines.push(line)] });
    await system.start({
      name: "deploy",
      reconcile({ event, runId }) {
        calls.push(["deploy", event, runId]);
      },
    });
    const { runId } = await system.client.createResource(WEB);
    const { run, reason } = await ended(system, "superseded", runId);
    expect(run.attempt).toBe(2);
    await finished(system, "deploy");
    expect(calls.map(([driver, event]) => `${driver} ${event}`).sort())
      .toEqual(["build create", "build update", "deploy update"]);
    expect(lines.filter((line) => line.runId === runId && line.message.includes(reason!)))
      .toHaveLength(1);
    expect(manager.stats().drivers["build"]).toMatchObject({ superseded: 1, deadLettered: 0 });
    const metrics = await (await manager.handler(new Request("http://x/metrics"))).text();
    expect(metrics).toContain(
      `conveyor_driver_deliveries_ended_total{driver="build",outcome="superseded"} 1`,
    );
  });

  it("while its result is on the way: no step of it follows", async () => {
    const system = await openSystem(["build", "deploy"], await serverOptions(kind));
    const { transport, held, release } = holdingResults(system);
    const calls: Calls = [];
    await system.start({
      reconcile({ event, runId }) {
        calls.push(["build", event, runId]);
      },
    }, { transport });
    await system.start({
      name: "deploy",
      reconcile({ event, runId }) {
        calls.push(["deploy", event, runId]);
      },
    });
    const { runId } = await system.client.createResource(WEB);
    await held;
    const { runId: updated } = await system.client.updateResource(WEB);
    release();
    await ended(system, "succeeded", runId);
    await finished(system, "deploy");
    expect(calls).toEqual([
      ["build", "create", runId],
      ["build", "update", updated],
      ["deploy", "update", updated],
    ]);
  });
});

describe("a run whose resource is deleted during the back-off", () => {
  it("is not attempted again, and the run of the deletion is", async () => {
    const system = await openSystem();
    const calls: string[] = [];
    await system.start({
      async reconcile({ event }) {
        calls.push(event);
        if (event === "delete") return;
        await system.client.deleteResource("web", "workflow");
        throw new Error("not yet");
      },
    });
    const { runId } = await system.client.createResource(WEB);
    const { reason } = await ended(system, "superseded", runId);
    expect(reason).toMatch(/deletes the resource|the resource is deleted/);
    expect(calls).toEqual(["create", "delete"]);
  });

  it.each(["v2", "v3"] as const)(
    "is not attempted again without a pipeline, on %s",
    async (generation) => {
      const system = await openSystem([], { generation });
      const calls: string[] = [];
      await system.start({
        events: ["create"],
        async reconcile({ event }) {
          calls.push(event);
          await system.client.deleteResource("web", "workflow");
          throw new Error("not yet");
        },
      });
      const { pipeline: _, ...direct } = WEB;
      const { runId } = await system.client.createResource(direct);
      const { reason } = await ended(system, "superseded", runId);
      expect(reason).toContain("the resource is deleted");
      expect(calls).toEqual(["create"]);
    },
  );

  it("is not attempted again when it was created again meanwhile", async () => {
    const system = await openSystem([]);
    const calls: string[] = [];
    const { pipeline: _, ...direct } = WEB;
    await system.start({
      events: ["create"],
      async reconcile({ runId }) {
        calls.push(runId);
        if (calls.length > 1) return;
        await system.client.deleteResource("web", "workflow");
        await system.client.createResource(direct);
        throw new Error("not yet");
      },
    });
    const { runId } = await system.client.createResource(direct);
    const { reason } = await ended(system, "superseded", runId);
    expect(reason).toContain("the resource was deleted and created again");
    expect(calls.filter((id) => id === runId)).toHaveLength(1);
  });
});

describe("an event that was published while no process of its driver ran", () => {
  it("is not reconciled when its resource is gone", async () => {
    const system = await openSystem([]);
    const connection = await connectBroker(
      { servers: ["memory:"] },
      system.server.broker.transport,
    );
    const before = await system.start({});
    await before.stop();
    const { pipeline: _, ...direct } = WEB;
    const { runId } = await system.client.createResource(direct);
    await system.client.deleteResource("web", "workflow");
    const calls: string[] = [];
    await stored(connection);
    await system.start({ events: ["create"], reconcile: ({ runId }) => void calls.push(runId) });
    await ended(system, "superseded", runId);
    expect(calls).toEqual([]);
    await connection.close();
  });
});

/** Resolves when what is stored is no longer taken for fresh. */
async function stored(connection: Connection): Promise<void> {
  const now = async () => (await connection.streamInfo("messages"))!.serverTimeMs;
  const start = await now();
  while (await now() < start + 1100) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Updates the resource, and resolves when the engine has started the run of that: until then the run before counts. */
async function updated({ client }: System): Promise<void> {
  const { runId } = await client.updateResource(WEB);
  const current = async () => readRunMetadata(await client.getResource("web", "workflow")).runId;
  while (await current() !== runId) await new Promise((resolve) => setTimeout(resolve));
}

/** A transport that holds back the first result until it is released. */
function holdingResults(
  { server }: System,
): { transport: Transport; held: Promise<void>; release: () => void } {
  const holding = gate();
  const releasing = gate();
  return {
    held: holding.opened,
    release: releasing.open,
    transport: {
      async connect(options) {
        const connection = await connectBroker(options, server.broker.transport);
        return new Proxy(connection, {
          get(target, property) {
            if (property === "publishConfirmed") {
              return (async (subject, ...rest) => {
                if (subject === RESULT_SUBJECT) {
                  holding.open();
                  await releasing.opened;
                }
                return await target.publishConfirmed(subject, ...rest);
              }) satisfies Connection["publishConfirmed"];
            }
            const value: unknown = Reflect.get(target, property, target);
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
      },
    },
  };
}
