import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { Connection } from "../../../src/transport/transport.ts";
import { startNatsServer } from "../../support/nats_server.ts";

/** A broker with the log stream of a Conveyor server, and a connection to it. */
export interface LogBroker extends AsyncDisposable {
  readonly connection: Connection;
  /** Stops the broker, and starts it again with its stored messages. */
  restart(): Promise<void>;
}

/** An entry as a stream has stored it. */
export interface StoredEntry {
  subject: string;
  entry: Record<string, unknown>;
  text: string;
}

/** Starts each kind of broker. */
export const BROKERS: [string, (options?: { maxPayload?: number }) => Promise<LogBroker>][] = [
  ["the memory transport", memoryBroker],
  ["a nats-server", natsBroker],
];

async function memoryBroker({ maxPayload }: { maxPayload?: number } = {}): Promise<LogBroker> {
  const transport = createMemoryTransport(maxPayload === undefined ? {} : { maxPayload });
  const connection = await transport.connect({ servers: ["memory:"] });
  return {
    connection,
    restart() {
      transport.disconnect();
      transport.reconnect();
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

async function natsBroker({ maxPayload }: { maxPayload?: number } = {}): Promise<LogBroker> {
  const config = maxPayload === undefined ? {} : { config: `max_payload: ${maxPayload}` };
  const server = await startNatsServer(config);
  const connection = await connectBroker({ servers: [server.url] });
  return {
    connection,
    restart: () => server.restart(),
    async [Symbol.asyncDispose]() {
      await connection.close();
      await server.stop();
    },
  };
}

/** Creates the stream that a Conveyor server reads logs from. */
export async function ensureLogStream(connection: Connection): Promise<void> {
  await connection.ensureStream({
    name: "logs-engine",
    subjects: ["logs.>"],
    retention: "workqueue",
  });
}

/** Consumes all entries of the log stream, in the order in which they were stored. */
export async function takeStored(connection: Connection): Promise<StoredEntry[]> {
  const { messages } = (await connection.streamInfo("logs-engine"))!;
  await connection.ensureConsumer("logs-engine", {
    durable: "reader",
    filterSubjects: ["logs.>"],
    ackWaitMs: 30_000,
    maxAckPending: 100_000,
  });
  const stored: StoredEntry[] = [];
  if (messages === 0) return stored;
  let done = () => {};
  let lost = (_: Error) => {};
  const all = new Promise<void>((resolve, reject) => {
    done = resolve;
    lost = reject;
  });
  const pull = await connection.pull("logs-engine", "reader", {
    onMessage(delivery) {
      const text = new TextDecoder().decode(delivery.data);
      stored.push({ subject: delivery.subject, entry: JSON.parse(text), text });
      delivery.ack();
      if (stored.length === messages) done();
    },
    onLost: (error) => lost(error),
  });
  pull.demand(messages);
  await all;
  await pull.stop();
  return stored;
}
