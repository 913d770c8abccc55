/**
 * An embedded Conveyor API server, for development and tests: the REST API, the pipelines' engine and the log store of the
 * real server within your own process, on a broker in memory or on a NATS server of yours. It keeps everything in memory,
 * so it is no server for production.
 *
 * @module
 */

export { createDevServer, type DevServer } from "./dev_server.ts";
export type { Listener, ListenOptions } from "./server/listen.ts";
export type { AuthOptions, BrokerAccess, DevServerOptions, StreamOptions } from "./options.ts";
