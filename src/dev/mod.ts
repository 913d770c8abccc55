/**
 * An embedded Conveyor API server, for development and tests: the REST API, the pipeline engine and the log store of the
 * real server within your own process, on a broker in memory or on a NATS server. It keeps all data in memory, so it is
 * not for production.
 *
 * @module
 */

export { createDevServer, type DevServer } from "./dev_server.ts";
export type { Generation } from "./generation.ts";
export type { LogFaults } from "./log_faults.ts";
export type { Listener, ListenOptions } from "../runtime/listen.ts";
export type { AuthOptions, BrokerAccess, DevServerOptions, StreamOptions } from "./options.ts";

// Types that these name
export type * from "../named_types.ts";
