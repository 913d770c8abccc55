/** Brokers in memory. @module */

import { ConnectionError } from "../errors.ts";
import { type Clock, createSystemClock } from "./clock.ts";
import type { Connection, ConnectOptions, Transport } from "./transport.ts";
import { MemoryBroker } from "./memory/broker/memory_broker.ts";
import { MemoryConnection } from "./memory/connection/memory_connection.ts";

/** Options of a broker in memory. */
export interface MemoryTransportOptions {
  /** The largest message that it accepts, in bytes. @default {1048576} */
  readonly maxPayload?: number;
  /** The clock of ack waits, delays and duplicate windows. @default {the system clock} */
  readonly clock?: Clock;
}

/** A transport with a broker in memory. Streams and messages last as long as the transport. */
export interface MemoryTransport extends Transport {
  /** Disconnects every connection and makes new ones wait, as if the server were down. */
  disconnect(): void;
  /** Restores every connection. */
  reconnect(): void;
}

/**
 * Creates a broker in memory, with the features of NATS JetStream that Conveyor uses: for tests, demonstrations and
 * development. It accepts any server URL and shares no data with other brokers.
 *
 * @example A manager without a server
 * ```ts
 * import { createDriver, createDriverManager } from "@conveyor/driver";
 * import { createMemoryTransport } from "@conveyor/driver/transport";
 *
 * const transport = createMemoryTransport();
 * const driver = createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} });
 * const manager = createDriverManager({ driver, transport });
 * await manager.stop();
 * ```
 */
export function createMemoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const { maxPayload = 1024 * 1024, clock = createSystemClock() } = options;
  const broker = new MemoryBroker({ maxPayload, clock });
  const connections = new Set<MemoryConnection>();
  const waiting = new Set<() => void>();
  let up = true;

  return {
    async connect({ servers, signal, onAttemptFailed }: ConnectOptions): Promise<Connection> {
      signal?.throwIfAborted();
      const server = servers[0] ?? "memory:";
      if (!up) {
        const error = new ConnectionError(
          `cannot connect to ${server}: the memory transport is disconnected; call reconnect()`,
        );
        onAttemptFailed?.({ server, attempt: 1, error });
        await untilUp(waiting, signal);
      }
      const connection = new MemoryConnection(broker, server);
      connections.add(connection);
      void connection.closed.then(() => connections.delete(connection));
      return connection;
    },
    disconnect() {
      up = false;
      for (const connection of connections) connection.disconnect();
    },
    reconnect() {
      up = true;
      for (const connection of connections) connection.restore();
      for (const resume of waiting) resume();
      waiting.clear();
    },
  };
}

function untilUp(waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const resume = () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const abort = () => {
      waiting.delete(resume);
      reject(signal?.reason);
    };
    waiting.add(resume);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const named = new Map<string, MemoryTransport>();

/** Returns the broker of a URL: all connections of a process to `memory:name` share one. The name may be empty. */
export function namedMemoryTransport(url: string): MemoryTransport {
  const name = url.replace(/^memory:\/*/i, "");
  const existing = named.get(name);
  if (existing) return existing;
  const transport = createMemoryTransport();
  named.set(name, transport);
  return transport;
}
