/** The servers of a scenario, and how to kill at them. */

import { setTimeout as pause } from "node:timers/promises";
import { announceNatsServer } from "../../tests/support/nats_binary.ts";
import {
  type NatsServer,
  type NatsServerOptions,
  startNatsServer,
} from "../../tests/support/nats_server.ts";

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
  /** Ends it, and starts it again on the same port and files after a while. @param signal `SIGKILL` unless set */
  away(ms: number, signal?: NodeJS.Signals): Promise<void>;
  /** Kills it, and starts it again on the same port with nothing in it after a while. */
  forget(ms: number): Promise<void>;
  /** Stops it from doing anything for a while, with all its connections open. */
  freeze(ms: number): Promise<void>;
  /** Has it read its configuration again. */
  reload(): Promise<void>;
  /** Resolves when it has logged this since it was last started. */
  saw(text: string): Promise<void>;
}

/** Starts a single server. */
export async function singleServer(options: NatsServerOptions = {}): Promise<SingleServer> {
  await announceNatsServer();
  const server: NatsServer = await startNatsServer(options);
  const away = async (ms: number, signal: NodeJS.Signals = "SIGKILL") => {
    await server.kill(signal);
    await pause(ms);
    await server.restart();
  };
  return {
    urls: [server.url],
    replicas: 1,
    kill: () => server.restart(),
    away,
    async forget(ms) {
      await server.kill("SIGKILL");
      await server.removeStore();
      await away(ms);
    },
    async freeze(ms) {
      process.kill(server.pid, "SIGSTOP");
      await pause(ms);
      process.kill(server.pid, "SIGCONT");
    },
    reload: () => server.reload(),
    saw: (text) => server.saw(text),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
