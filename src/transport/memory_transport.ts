/** Brokers that live in memory, and how to reach them. @module */

import { ConnectionError } from "../errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Connection, ConnectOptions, Transport } from "./transport.ts";
import { MemoryBroker } from "./memory/broker/memory_broker.ts";
import { MemoryConnection } from "./memory/connection/memory_connection.ts";

/** How to make a broker in memory. */
export interface MemoryTransportOptions {
  /** Most bytes that one message may hold. @default {1048576} */
  readonly maxPayload?: number;
  /** The time that leases, delays and windows go by. @default {the machine's} */
  readonly clock?: Clock;
}

/** A transport whose broker lives in it. Its streams and messages last as long as it does. */
export interface MemoryTransport extends Transport {
  /** Cuts every connection, and keeps new ones waiting, as if the server were gone. */
  disconnect(): void;
  /** Lets every connection be restored. */
  reconnect(): void;
}

/**
 * Makes a broker in memory, with what Conveyor uses of NATS JetStream: for tests, demonstrations and development.
 * It answers to any server URL, and shares nothing with any other.
 *
 * @example A manager with nothing to connect to
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
  const { maxPayload = 1024 * 1024, clock = systemClock } = options;
  const broker = new MemoryBroker({ maxPayload, clock });
  const connections = new Set<MemoryConnection>();
  const waiting = new Set<() => void>();
  let up = true;

  return {
    async connect({ servers, signal, onAttemptFailed }: ConnectOptions): Promise<Connection> {
      signal?.throwIfAborted();
      const server = servers[0] ?? "memory:";
      if (!up) {
        const error = new ConnectionError(`cannot connect to ${server}: it was disconnected`);
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
      for (const connection of connections) connection.cut();
    },
    reconnect() {
      up = true;
      for (const connection of connections) connection.mend();
      for (const proceed of waiting) proceed();
      waiting.clear();
    },
  };
}

function untilUp(waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const proceed = () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const abort = () => {
      waiting.delete(proceed);
      reject(signal?.reason);
    };
    waiting.add(proceed);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const named = new Map<string, MemoryTransport>();

/** The broker of a URL: all that connect to `memory:name` in one process meet there. `memory:` is one of them. */
export function namedMemoryTransport(url: string): MemoryTransport {
  const name = url.replace(/^memory:\/*/, "");
  const existing = named.get(name);
  if (existing) return existing;
  const transport = createMemoryTransport();
  named.set(name, transport);
  return transport;
}
