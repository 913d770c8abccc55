/** The embedded Conveyor server. @module */

import { ConnectionError } from "../errors.ts";
import { listen, type Listener, type ListenOptions } from "./server/listen.ts";
import { type BrokerAccess, type DevServerOptions, resolveOptions } from "./options.ts";
import { type RunningServer, startServer } from "./server/start_server.ts";

/** A Conveyor API server within this process: for development and tests, not for production. */
export interface DevServer extends AsyncDisposable {
  /**
   * Answers a request of the REST API, as the platform's `fetch` would. Starts the server if need be.
   * It needs no `this`, so it can be handed to a client or to another HTTP server as it is.
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /** How a driver manager in this process reaches the server's broker: spread it into the manager's options. */
  readonly broker: BrokerAccess;
  /** Where it listens, without a slash at the end; `undefined` until {@linkcode DevServer.listen} has resolved. */
  readonly url: string | undefined;
  /**
   * Connects to the broker, creates the streams and begins to serve. Idempotent. Keeps trying while there is no broker.
   *
   * @throws {ConfigError} when the certificate authority of `auth` cannot be used.
   * @throws {ConnectionError} when the server was closed.
   */
  start(): Promise<void>;
  /**
   * Starts, and serves the REST API over HTTP; on the loopback address unless told otherwise.
   *
   * @throws {ConnectionError} when the address cannot be had.
   */
  listen(options?: ListenOptions): Promise<Listener>;
  /** Ends log streams, stops listening and disconnects. What was stored is gone. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a Conveyor API server that lives in this process: for development and tests, not for production.
 * Resources, definitions, pipelines and logs are kept in memory. Nothing happens until it is started.
 *
 * @throws {ConfigError} that names the option which cannot be used.
 *
 * @example A driver and a server in one process
 * ```ts
 * import { createClient, createDriver, createDriverManager } from "@conveyor/driver";
 * import { createDevServer } from "@conveyor/driver/dev";
 *
 * await using server = createDevServer();
 * const { url } = await server.listen();
 *
 * const driver = createDriver({ name: "greet", resources: ["workflow"], reconcile() {} });
 * await using manager = createDriverManager({ driver, ...server.broker });
 * const running = manager.run();
 *
 * const client = createClient({ url });
 * console.log(await client.health());
 * await manager.stop();
 * await running;
 * ```
 */
export function createDevServer(options: DevServerOptions = {}): DevServer {
  const settings = resolveOptions(options);
  const closing = new AbortController();
  const listeners: Listener[] = [];
  let starting: Promise<RunningServer> | undefined;
  let ending: Promise<void> | undefined;

  async function started(): Promise<RunningServer> {
    if (ending) throw new ConnectionError("cannot use the server: it was closed; make another one");
    return await (starting ??= startServer(settings, closing.signal));
  }

  async function end(): Promise<void> {
    closing.abort(new ConnectionError("the server was closed"));
    await Promise.all(listeners.map((listener) => listener.close()));
    const server = await starting?.catch(() => undefined); // Whoever started it was told.
    await server?.stopped();
  }

  const close = () => ending ??= end();
  return {
    broker: settings.broker,
    get url() {
      return listeners[0]?.url;
    },
    async fetch(input, init) {
      const { handle } = await started();
      return await handle(new Request(input, init));
    },
    async start() {
      await started();
    },
    async listen(where) {
      const { handle } = await started();
      const listener = await listen(handle, where);
      listeners.push(listener);
      return listener;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
