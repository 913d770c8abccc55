import type { DriverManagerOptions } from "@conveyor/driver";
import { createMemoryTransport } from "@conveyor/driver/transport";
import { afterAll } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { Connection } from "../../../src/transport/transport.ts";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";

/** The brokers that every test of a promise runs on. */
export const BROKERS = ["memory", "nats-server"] as const;

/** A kind of broker. */
export type BrokerKind = (typeof BROKERS)[number];

/** A broker for one test. */
export interface TestBroker {
  /** What a manager needs to reach it. */
  readonly options: Pick<DriverManagerOptions, "servers" | "transport">;
  /** Another connection to it. */
  connect(): Promise<Connection>;
  /** Cuts every connection, as if the server were killed. */
  cut(): Promise<void>;
  /** Terminates it in an orderly way, as a deployment does. */
  terminate(): Promise<void>;
  /** Restores it with its data; a server with other further lines of its configuration if given. */
  restore(config?: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty broker of a kind. */
export async function openBroker(kind: BrokerKind): Promise<TestBroker> {
  return kind === "memory" ? openMemoryBroker() : await openNatsBroker();
}

function openMemoryBroker(): TestBroker {
  const transport = createMemoryTransport();
  return {
    options: { transport },
    connect: () => connectBroker({ servers: ["memory:"] }, transport),
    cut: () => Promise.resolve(transport.disconnect()),
    terminate: () => Promise.resolve(transport.disconnect()),
    restore: () => Promise.resolve(transport.reconnect()),
    close: () => Promise.resolve(),
  };
}

/** The server of this test file, started by the first test that needs one. */
let shared: Promise<NatsServer> | undefined;
afterAll(async () => {
  await (await shared)?.stop();
});

async function openNatsBroker(): Promise<TestBroker> {
  const broker = brokerOf(await (shared ??= startNatsServer()));
  await removeStreams(await broker.connect());
  return broker;
}

/** A real server as a broker. Whoever has started it ends it. */
export function brokerOf(server: NatsServer): TestBroker {
  return {
    options: { servers: server.url },
    connect: () => connectBroker({ servers: [server.url] }),
    cut: () => server.kill("SIGKILL"),
    terminate: () => server.kill("SIGTERM"),
    restore: (config) => server.restart(config),
    close: () => Promise.resolve(),
  };
}

const STREAMS = [
  "messages",
  "pipeline-engine",
  "logs-engine",
  "KV_conveyor-driver-outcomes",
  "KV_conveyor-driver-locks",
];

async function removeStreams(connection: Connection): Promise<void> {
  for (const stream of STREAMS) await connection.deleteStream(stream);
  await connection.close();
}
