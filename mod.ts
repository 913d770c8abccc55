/**
 * The driver runtime of Conveyor CI for JavaScript and TypeScript: runs on Node, Deno, Bun and the edge.
 *
 * A driver is a function that turns a resource into CI/CD work. This one greets, and runs until SIGINT or SIGTERM:
 *
 * @example
 * ```ts
 * import { createDriver, createDriverManager } from "@conveyor/driver";
 *
 * const greet = createDriver({
 *   name: "greet",
 *   resources: ["workflow"],
 *   async reconcile({ resource, logger }) {
 *     logger.info(`hello ${resource.name}`);
 *     return { success: true, message: "greeted", data: { greeted: resource.name } };
 *   },
 * });
 *
 * await createDriverManager({ driver: greet }).run();
 * ```
 *
 * Further entries: `@conveyor/driver/client` for scripts that only call the REST API, `/logging` for sinks and masking, `/transport`
 * for brokers, `/dev` for an embedded Conveyor server, and `/pino`, `/logtape` and `/std-log` for bridges to other loggers.
 *
 * @module
 */

// Errors
export {
  ApiError,
  type ApiErrorDetails,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "./src/client/errors.ts";
export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  NonRetryableError,
  RetryAfterError,
  TimeoutError,
} from "./src/errors.ts";

// Clients and loggers
export type { Client } from "./src/client/client.ts";
export { createClient } from "./src/client/create_client.ts";
export type { CallOptions, ClientOptions } from "./src/client/options.ts";
export type { Credentials } from "./src/credentials/credentials.ts";
export type { Authenticator, ConnectAuth } from "./src/transport/auth.ts";
export { createLogger, type LoggerOptions } from "./src/logger/create_logger.ts";
export type { LogDetails, Logger, WritableOptions } from "./src/logger/logger.ts";
export type { Labels, LogLevel } from "./src/logger/record.ts";

// Drivers
export type { BackoffOptions } from "./src/async/backoff.ts";
export {
  createDriver,
  type DataOf,
  type Driver,
  type DriverDefinition,
  type Reconcile,
  type ReconcileResult,
  type ResultsOf,
} from "./src/driver.ts";
export { createPipeline, type DriverPipeline, type PipelineOptions } from "./src/pipeline.ts";
export type { PipelineInput, PipelineStep, TypedSteps } from "./src/protocol/pipeline.ts";
export type { Resource } from "./src/protocol/resources/resource.ts";
export type { DriverResult } from "./src/protocol/result.ts";
export type { EarlierResults, ReconcileContext } from "./src/reconcile.ts";
export type { TraceSpan } from "./src/telemetry/telemetry.ts";

// Managers
export { createDriverManager } from "./src/manager/create_driver_manager.ts";
export type { DriverManager } from "./src/manager/driver_manager.ts";
export type {
  AttemptEnded,
  DeadLetter,
  ManagerEvent,
  ManagerState,
  PoisonMessage,
  RunEnd,
  RunRef,
  RunStarted,
} from "./src/manager/events.ts";
export type { JournalOptions } from "./src/manager/journal_options.ts";
export type {
  ObservabilityOptions,
  ObservabilityServer,
  RunLogLevel,
} from "./src/manager/observability_options.ts";
export type { DriverManagerOptions } from "./src/manager/options.ts";
export type { DriverStats, ManagerStats } from "./src/manager/stats.ts";
export type { ProtocolVersion } from "./src/protocol/subjects.ts";

// Types that these name
export type * from "./src/named_types.ts";
