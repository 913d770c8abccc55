/** The servers of a scenario, and how to kill at them. */

import { setTimeout as pause } from "node:timers/promises";
import { announceNatsServer } from "../../tests/support/nats_binary.ts";
import { type NatsServer, startNatsServer } from "../../tests/support/nats_server.ts";

/** One server or several. Disposing of it ends them and removes their files. */
export interface Broker extends AsyncDisposable {
  readonly urls: readonly string[];
  /** How many copies a stream has. */
  readonly replicas: number;
  /** Kills the server that matters most, and resolves when it is back on the same port and files. */
  kill(): Promise<void>;
}

/** A single server, which can be taken away for a while. */
export interface SingleServer extends Broker {
  /** Kills it, and starts it again after a while. */
  away(ms: number): Promise<void>;
  /** Stops it from doing anything for a while, with all its connections open. */
  freeze(ms: number): Promise<void>;
}

/** Starts a single server. */
export async function singleServer(): Promise<SingleServer> {
  await announceNatsServer();
  const server: NatsServer = await startNatsServer();
  return {
    urls: [server.url],
    replicas: 1,
    kill: () => server.restart(),
    async away(ms) {
      await server.kill("SIGKILL");
      await pause(ms);
      await server.restart();
    },
    async freeze(ms) {
      process.kill(server.pid, "SIGSTOP");
      await pause(ms);
      process.kill(server.pid, "SIGCONT");
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
