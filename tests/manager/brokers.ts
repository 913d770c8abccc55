import { createMemoryTransport, type DriverManagerOptions } from "@conveyor/driver";
import { connectBroker } from "../../src/transport/connect.ts";
import type { Connection } from "../../src/transport/transport.ts";

/** The brokers that every promise is held on. */
export const BROKERS = ["memory"] as const;

/** A kind of broker. */
export type BrokerKind = (typeof BROKERS)[number];

/** A broker for one test. */
export interface TestBroker {
  /** What a manager needs to reach it. */
  readonly options: Pick<DriverManagerOptions, "servers" | "transport">;
  /** Another connection to it. */
  connect(): Promise<Connection>;
  /** Cuts it off, as if the server were killed. */
  cut(): Promise<void>;
  /** Brings it back as it was. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a broker of a kind. */
export function openBroker(_kind: BrokerKind): Promise<TestBroker> {
  const transport = createMemoryTransport();
  return Promise.resolve({
    options: { transport },
    connect: () => connectBroker({ servers: ["memory:"] }, transport),
    cut: () => Promise.resolve(transport.disconnect()),
    mend: () => Promise.resolve(transport.reconnect()),
    close: () => Promise.resolve(),
  });
}
