/** The embedded Conveyor server. @module */

import { withDeadline } from "../async/deadline.ts";
import { delay } from "../async/delay.ts";
import { ConnectionError } from "../errors.ts";
import { listen, type Listener, type ListenOptions } from "../runtime/listen.ts";
import { connectBroker } from "../transport/connect.ts";
import { type BrokerAccess, type DevServerOptions, resolveOptions } from "./options.ts";
import { type RunningServer, startServer } from "./server/start_server.ts";

/** Time between two looks for a driver's consumer, in milliseconds. */
const POLL_MS = 10;

/** A Conveyor API server within this process: for development and tests, not for production. */
export interface DevServer extends AsyncDisposable {
  /**
   * Handles a request of the REST API, with the signature of `fetch`. Starts the server first when it is not started.
   * It needs no `this`: it can be passed to a client or to another HTTP server. What comes after a `Request` is ignored: hosts
   * pass objects of their own.
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /**
   * Options by which a driver manager in this process connects to the server's broker: spread them into its own. Connecting starts
   * the server when it is not started.
   */
  readonly broker: BrokerAccess;
  /** The URL of the first listener, without a slash at the end; `undefined` before {@linkcode DevServer.listen}. */
  readonly url: string | undefined;
  /**
   * Connects to the broker, creates the streams and binds the consumers. Idempotent. Retries until the broker is reachable,
   * or the server is closed.
   *
   * @throws {ConfigError} when the certificate authority of `auth` is not usable.
   * @throws {ConnectionError} when the server was closed.
   */
  start(): Promise<void>;
  /**
   * Starts the server, and serves the REST API over HTTP: on the loopback address unless `hostname` is set.
   *
   * @throws {ConnectionError} when the address is not available.
   */
  listen(options?: ListenOptions): Promise<Listener>;
  /**
   * Waits until the consumers of these drivers exist. An event that is published before is lost to them. Starts the server when it is
   * not started.
   *
   * @throws {TimeoutError} that names a driver whose consumer does not exist after `timeoutMs`, by default 30000.
   */
  waitForDrivers(
    names: readonly string[],
    options?: { signal?: AbortSignal; timeoutMs?: number },
  ): Promise<void>;
  /** Ends log streams, stops listening and disconnects. The stored data is lost. Idempotent. */
  close(): Promise<void>;
}

/**
 * Creates a Conveyor API server within this process: for development and tests, not for production.
 * It keeps resources, definitions, pipelines and logs in memory. It connects to nothing until it is started.
 *
 * @throws {ConfigError} that names the invalid option.
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
 * await server.waitForDrivers(["greet"]);
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
  const hosts = new Set(settings.allowedHosts);
  let starting: Promise<RunningServer> | undefined;
  let closed: Promise<void> | undefined;

  async function started(): Promise<RunningServer> {
    if (closed) {
      throw new ConnectionError("cannot use the server: it was closed; create another one");
    }
    return await (starting ??= startServer(settings, hosts, closing.signal));
  }

  async function end(): Promise<void> {
    closing.abort(new ConnectionError("the server was closed"));
    await Promise.all(listeners.map((listener) => listener.close()));
    const server = await starting?.catch(() => undefined); // `start` has rejected with the same error.
    await server?.stopped();
  }

  async function waitFor(driver: string, signal: AbortSignal): Promise<void> {
    const { hasConsumer } = await started();
    while (!await hasConsumer(driver)) await delay(POLL_MS, signal);
  }

  const close = () => closed ??= end();
  return {
    broker: {
      servers: settings.broker.servers,
      transport: {
        async connect(options) {
          await started();
          return await connectBroker(options, settings.broker.transport);
        },
      },
    },
    get url() {
      return listeners[0]?.url;
    },
    async fetch(input, init) {
      const { handle } = await started();
      const isRequest = typeof input === "object" && "headers" in input;
      return await handle(isRequest ? input : new Request(input, init));
    },
    async start() {
      await started();
    },
    async listen(where) {
      const { handle } = await started();
      if (where?.hostname !== undefined) hosts.add(where.hostname.toLowerCase());
      const listener = await listen(handle, where);
      listeners.push(listener);
      return listener;
    },
    async waitForDrivers(names, { signal, timeoutMs = 30_000 } = {}) {
      const waits = names.map((driver) => {
        const action = `find the consumer of the driver ${driver}`;
        return withDeadline({ action, signal, timeoutMs }, (signal) => waitFor(driver, signal));
      });
      await Promise.all(waits);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
