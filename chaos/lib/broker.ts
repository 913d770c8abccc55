/** The servers of a scenario, and how to strike at them. */

import { type NatsServer, startNatsServer } from "../../tests/support/nats_server.ts";

/** One server or several. Disposing of it ends them and removes their files. */
export interface Broker extends AsyncDisposable {
  readonly urls: readonly string[];
  /** How many copies a stream has. */
  readonly replicas: number;
  /** Kills the server that matters most, and resolves when it is back on the same port and files. */
  strike(): Promise<void>;
}

/** Starts a single server. */
export async function singleServer(): Promise<Broker> {
  const server: NatsServer = await startNatsServer();
  return {
    urls: [server.url],
    replicas: 1,
    strike: () => server.restart(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
