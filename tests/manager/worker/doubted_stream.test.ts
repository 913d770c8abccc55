import { expect, it } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { Connection, ConnectionStatus, Transport } from "../../../src/transport/transport.ts";
import { until } from "../../transport/support/world.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

/** A connection on which the stream is another one at first, and is replaced during an outage. */
class Replaced {
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();
  #replaced = false;

  /** The connection is lost for a moment, in which the stream is deleted and recreated. */
  breakUp(server: string): void {
    this.#replaced = true;
    for (const type of ["disconnected", "reconnected"] as const) {
      for (const listener of this.#listeners) listener({ type, server });
    }
  }

  wrap(connection: Connection): Connection {
    return new Proxy(connection, {
      get: (target, name) => {
        if (name === "onStatus") {
          return (listener: (status: ConnectionStatus) => void) => {
            this.#listeners.add(listener);
            return target.onStatus(listener);
          };
        }
        if (name === "streamInfo") {
          return (async (stream) => {
            const found = await target.streamInfo(stream);
            if (!found || this.#replaced) return found;
            return { ...found, created: new Date(0).toISOString() };
          }) satisfies Connection["streamInfo"];
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

it.each(BROKERS)(
  "an event of the new stream that comes before that is recognised keeps its lease, on %s",
  async (kind) => {
    const world = await openWorld(kind);
    const replaced = new Replaced();
    const { transport: inner, servers = ["memory:"] } = world.broker.options;
    const transport: Transport = {
      connect: async () => replaced.wrap(await connectBroker({ servers: [servers].flat() }, inner)),
    };
    const started = new Collector<AbortSignal>();
    const leave = gate();
    const manager = await world.start({
      async reconcile({ signal }) {
        started.add(signal);
        await leave.opened;
      },
    }, { transport, ackWaitMs: 1000 });
    replaced.breakUp("test");
    await world.send();
    await started.first(1);
    await until(
      () => manager.stats().drivers["deploy"]!.leaseRenewals,
      (renewals) => renewals >= 2,
    );
    const codes = world.events.items.map((event) => event.type === "warning" ? event.code : "");
    expect(codes).not.toContain("stream-replaced");
    leave.open();
    await world.results.first(1);
    await until(
      async () => (await world.connection.consumerInfo("messages", "deploy"))?.ackPending,
      (open) => open === 0,
    );
    expect(started.items.map(({ aborted }) => aborted)).toEqual([false]);
  },
);
