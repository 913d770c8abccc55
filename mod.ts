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
export { createClient } from "./src/client/create_client.ts";
export type { ClientOptions } from "./src/client/options.ts";
export { createLogger, type LoggerOptions } from "./src/logger/create_logger.ts";

// Drivers
export { createDriver } from "./src/driver.ts";
export { createPipeline, type DriverPipeline, type PipelineOptions } from "./src/pipeline.ts";
export type { TypedSteps } from "./src/protocol/pipeline.ts";

// Managers
export { createDriverManager } from "./src/manager/create_driver_manager.ts";

// Types that these name
export type * from "./src/named_types.ts";
