/**
 * The errors this package throws: few classes, each with a stable `code` and, where there is one, the `cause`.
 *
 * Messages follow one grammar: what could not be done, to what, why, and what to do about it.
 * No message ever holds a secret or a token.
 *
 * @module
 */

/** Options that every {@linkcode ConveyorError} takes: the error that led to it. */
export interface ConveyorErrorOptions {
  /** The error that led to this one, kept as `cause`. */
  cause?: unknown;
}

/**
 * The base of every error this package throws on purpose.
 *
 * @example Telling this package's errors from others
 * ```ts
 * import { ConveyorError, createDriver } from "@conveyor/driver";
 *
 * try {
 *   createDriver({ name: "has space", resources: ["workflow"], reconcile() {} });
 * } catch (error) {
 *   if (error instanceof ConveyorError) console.error(error.code, error.message);
 * }
 * ```
 */
export class ConveyorError extends Error {
  /** The class's name. */
  override name = "ConveyorError";
  /** A stable identifier of the kind of failure, safe to compare and to alert on. */
  readonly code: string;

  /** Makes an error with a stable `code` and a message for people. */
  constructor(code: string, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

/** An option, a setting or a definition that cannot be used. Thrown before anything is sent. Code `config`. */
export class ConfigError extends ConveyorError {
  /** The class's name. */
  override name = "ConfigError";
  /** The option or environment variable at fault, for example `resources` or `CONVEYOR_SERVER_PORT`. */
  readonly field: string;

  /** Makes an error that names the `field` at fault. */
  constructor(field: string, message: string, options: ConveyorErrorOptions = {}) {
    super("config", message, options);
    this.field = field;
  }
}

/** A server that cannot be reached, or a connection that was lost or closed. Code `connection`. */
export class ConnectionError extends ConveyorError {
  /** The class's name. */
  override name = "ConnectionError";

  /** Makes an error about a connection. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("connection", message, options);
  }
}

/** A piece of work that did not end in time. Code `timeout`; its `name` is `TimeoutError`, as the platform's own. */
export class TimeoutError extends ConveyorError {
  /** The class's name, equal to that of the platform's time-out exception. */
  override name = "TimeoutError";
  /** The time allowed, in milliseconds. */
  readonly timeoutMs: number;

  /** Makes an error about work that was given `timeoutMs` milliseconds. */
  constructor(message: string, timeoutMs: number, options: ConveyorErrorOptions = {}) {
    super("timeout", message, options);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Thrown by a reconcile to fail its run at once: trying again would not help. Code `non-retryable`.
 *
 * @example
 * ```ts
 * import { createDriver, NonRetryableError } from "@conveyor/driver";
 *
 * createDriver({
 *   name: "deploy",
 *   resources: ["workflow"],
 *   reconcile({ resource }) {
 *     if (!resource.name.startsWith("prod-")) throw new NonRetryableError("only prod- may be deployed");
 *   },
 * });
 * ```
 */
export class NonRetryableError extends ConveyorError {
  /** The class's name. */
  override name = "NonRetryableError";

  /** Makes an error that ends the run with a failed result. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("non-retryable", message, options);
  }
}

/**
 * Thrown by a reconcile to be tried again after a time of its own choosing. Code `retry-after`.
 * It counts as an attempt.
 *
 * @example
 * ```ts
 * import { RetryAfterError } from "@conveyor/driver";
 *
 * throw new RetryAfterError(60_000, { message: "the registry asks for a minute of quiet" });
 * ```
 */
export class RetryAfterError extends ConveyorError {
  /** The class's name. */
  override name = "RetryAfterError";
  /** The delay before the next attempt, in milliseconds, 0 or more. */
  readonly delayMs: number;

  /**
   * Makes an error that asks for another attempt after `delayMs` milliseconds.
   *
   * @throws {ConfigError} when `delayMs` is negative or not a finite number.
   */
  constructor(delayMs: number, options: ConveyorErrorOptions & { message?: string } = {}) {
    if (!Number.isFinite(delayMs) || delayMs < 0) {
      throw new ConfigError(
        "delayMs",
        `cannot retry after ${delayMs} ms: the delay must be a finite number of milliseconds, 0 or more`,
      );
    }
    super("retry-after", options.message ?? `try again in ${delayMs} ms`, options);
    this.delayMs = delayMs;
  }
}

/** The errors of this file, by code. */
interface ErrorsByCode {
  config: ConfigError;
  connection: ConnectionError;
  timeout: TimeoutError;
  "non-retryable": NonRetryableError;
  "retry-after": RetryAfterError;
}

/**
 * Whether a value is an error with the given code. Errors of this package are recognised by code, not by class: a program
 * may hold two copies of the package, each with classes of its own.
 */
export function hasCode<Code extends string>(
  thrown: unknown,
  code: Code,
): thrown is Code extends keyof ErrorsByCode ? ErrorsByCode[Code]
  : ConveyorError & { readonly code: Code } {
  return isErrorLike(thrown) && (thrown as ConveyorError).code === code;
}

/** Whether a value is an error, of this realm or of another. A plain object with a `message` is none. */
export function isErrorLike(thrown: unknown): thrown is Error {
  try {
    return /(Error|Exception)]$/.test(Object.prototype.toString.call(thrown));
  } catch {
    return false; // A proxy that refuses to be read.
  }
}

/** The text of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  if (isErrorLike(thrown)) return thrown.message || thrown.name;
  if (typeof thrown === "string") return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown); // It is circular, or its own methods throw.
  }
}
