import {
  createDriver,
  createDriverManager,
  type ManagerEvent,
  RetryAfterError,
} from "@conveyor/driver";
import { describe, expect, it } from "vitest";
import { encodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { encodeText } from "../../../src/encoding/json.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { startTcpProxy } from "../../support/tcp_proxy.ts";
import { until } from "../../transport/support/world.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld, V2_STREAMS } from "../support/world.ts";

describe.each(BROKERS)(
  "loss 2, a stream that is deleted and recreated under a run, on %s:",
  (kind) => {
    it.each(["ack", "term", "nak"])("an old %s does not settle the new event", async (how) => {
      const world = await openWorld(kind);
      const started = new Collector<string>();
      const gates = { old: gate(), new: gate() };
      const options = { ackWaitMs: 1500, maxAttempts: how === "term" ? 1 : 5 };
      const manager = await world.start({
        async reconcile({ resource, signal }) {
          started.add(resource.name);
          await gates[resource.name as "old" | "new"].opened;
          expect(signal.aborted).toBe(false);
          // A nak without a delay redelivers at once, to the slot that is free.
          if (resource.name === "old" && how === "nak") throw new RetryAfterError(0);
          if (resource.name === "old" && how === "term") throw new Error("away");
        },
      }, { ...options, concurrency: 2 });
      await world.send({ name: "old" });
      await started.first(1);
      await world.connection.deleteStream("messages");
      await world.connection.ensureStream(V2_STREAMS[0]!);
      await world.events.until((events) =>
        events.filter(({ type }) => type === "bound").length === 2
      );
      await world.send({ name: "new" });
      await started.first(2);
      gates.old.open();
      await world.events.find((event) =>
        event.type === "run-ended" && event.run.resource === "workflow/old"
      );
      // Once the probe is here, the server has what was sent before it, and the new event is still being worked on.
      await world.send({ name: "new", event: "probe" });
      await until(
        () => manager.stats().drivers["deploy"]?.received,
        (received) => received === 3,
      );
      const consumer = await world.connection.consumerInfo("messages", "deploy");
      expect(consumer).toMatchObject({ ackPending: 2, redelivered: 0 });
      expect(started.items).toEqual(["old", "new"]);
      gates.new.open();
      await world.results.until((results) =>
        results.filter(({ resource }) => resource["name"] === "new").length === 2
      );
      await manager.stop();
      expect(started.items.filter((name) => name === "new")).toHaveLength(2);
      // The old event, the new one and the probe: an old nak would have the new one delivered twice.
      expect(manager.stats().drivers["deploy"]?.received).toBe(3);
    });
  },
);

describe("an outage in which the stream is deleted and recreated, on nats-server", () => {
  it("an old acknowledgement that was held back does not settle the new event", async () => {
    await using server = await startNatsServer();
    const direct = await connectBroker({ servers: [server.url] });
    for (const stream of V2_STREAMS) await direct.ensureStream(stream);
    await using proxy = await startTcpProxy(server.port);
    const poisoned = new Collector<unknown>();
    const held = gate();
    const started = new Collector<string>();
    const events = new Collector<ManagerEvent>();
    const leave = gate();
    const managerOn = (servers: string, onPoison: () => Promise<void>) =>
      createDriverManager({
        driver: createDriver({
          name: "deploy",
          resources: ["workflow"],
          async reconcile({ runId }) {
            started.add(runId);
            await leave.opened;
          },
        }),
        servers,
        sinks: [],
        console: false,
        handleSignals: false,
        onPoison,
        onEvent: (event) => events.add(event),
      });
    const cutOff = managerOn(`nats://127.0.0.1:${proxy.port}`, () => {
      poisoned.add(1);
      return held.opened;
    });
    void cutOff.run();
    await cutOff.ready;
    await direct.publishConfirmed("resources.workflow", encodeText("{"));
    await poisoned.first(1);
    proxy.freezeAll();
    proxy.cut();
    await events.find(({ type }) => type === "disconnected");
    held.open(); // The message is terminated while there is no connection.
    await direct.deleteStream("messages");
    await direct.ensureStream(V2_STREAMS[0]!);
    const other = managerOn(server.url, () => Promise.resolve());
    void other.run();
    await other.ready;
    const resource = { name: "site", resource: "workflow", spec: {} };
    await direct.publishConfirmed(
      "resources.workflow",
      encodeDriverMessage({
        event: "create",
        id: "1",
        runId: "new",
        payload: JSON.stringify(resource),
      }),
    );
    await started.first(1);
    proxy.thaw();
    await events.find(({ type }) => type === "reconnected");
    await cutOff.stop();
    expect((await direct.consumerInfo("messages", "deploy"))?.ackPending).toBe(1);
    leave.open();
    await other.stop();
    await direct.close();
  });
});
