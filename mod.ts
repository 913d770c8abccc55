/**
 * The driver runtime of Conveyor CI for JavaScript and TypeScript.
 *
 * @module
 */

export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  NonRetryableError,
  RetryAfterError,
  TimeoutError,
} from "./src/errors.ts";
