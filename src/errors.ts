/**
 * The errors of this package: few classes, each with a stable `code` and the `cause`.
 *
 * A message says what failed, to what, why, and what to do. No message contains a secret or a token.
 *
 * @module
 */

/** Options of every {@linkcode ConveyorError}. */
export interface ConveyorErrorOptions {
  /** The error that caused this one. */
  cause?: unknown;
}

/**
 * The base class of the errors of this package.
 *
 * @example Handling the errors of this package
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
  /** Identifies the kind of failure. Stable over releases, so it can be compared and alerted on. */
  readonly code: string;

  /** Creates an error with a `code` and a message for people. */
  constructor(code: string, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : options);
    this.code = code;
  }
}

/** Thrown when an option, a setting or a definition is invalid, before anything is sent. Code `config`. */
export class ConfigError extends ConveyorError {
  /** The class's name. */
  override name = "ConfigError";
  /** The invalid option or environment variable, for example `resources` or `CONVEYOR_SERVER_PORT`. */
  readonly field: string;

  /** Creates an error about the option or environment variable `field`. */
  constructor(field: string, message: string, options: ConveyorErrorOptions = {}) {
    super("config", message, options);
    this.field = field;
  }
}

/** Thrown when a server cannot be reached, or a connection is lost or closed. Code `connection`. */
export class ConnectionError extends ConveyorError {
  /** The class's name. */
  override name = "ConnectionError";

  /** Creates an error about a connection. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("connection", message, options);
  }
}

/** Thrown when an operation exceeds its time limit. Code `timeout`; its `name` is that of the platform's time-out exception. */
export class TimeoutError extends ConveyorError {
  /** The class's name, equal to the name of the platform's time-out exception. */
  override name = "TimeoutError";
  /** The time limit, in milliseconds. */
  readonly timeoutMs: number;

  /** Creates an error about an operation with a limit of `timeoutMs` milliseconds. */
  constructor(message: string, timeoutMs: number, options: ConveyorErrorOptions = {}) {
    super("timeout", message, options);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Thrown by `reconcile` to fail its run without another attempt. Code `non-retryable`.
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

  /** Creates an error that ends the run with a failed result. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("non-retryable", message, options);
  }
}

/**
 * Thrown by `reconcile` to be retried after a given delay. Counts as an attempt. Code `retry-after`.
 *
 * @example
 * ```ts
 * import { RetryAfterError } from "@conveyor/driver";
 *
 * throw new RetryAfterError(60_000, { message: "the registry limits requests" });
 * ```
 */
export class RetryAfterError extends ConveyorError {
  /** The class's name. */
  override name = "RetryAfterError";
  /** The delay before the next attempt, in milliseconds, 0 or more. */
  readonly delayMs: number;

  /**
   * Creates an error that requests another attempt after `delayMs` milliseconds.
   *
   * @throws {ConfigError} `delayMs` is negative or not a finite number.
   */
  constructor(delayMs: number, options: ConveyorErrorOptions & { message?: string } = {}) {
    if (!Number.isFinite(delayMs) || delayMs < 0) {
      throw new ConfigError(
        "delayMs",
        `delayMs must be a finite number of milliseconds of at least 0, got ${delayMs}`,
      );
    }
    super("retry-after", options.message ?? `retry in ${delayMs} ms`, options);
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
 * Whether a value is an error with the given code. The package recognises its errors by code, not by class: a program may
 * load two copies of the package, which have different classes.
 */
export function hasCode<Code extends string>(
  thrown: unknown,
  code: Code,
): thrown is Code extends keyof ErrorsByCode ? ErrorsByCode[Code]
  : ConveyorError & { readonly code: Code } {
  return isErrorLike(thrown) && textOf(() => (thrown as ConveyorError).code) === code;
}

/** Whether a value is an error, of this realm or of another one. A plain object with a `message` is not. */
export function isErrorLike(thrown: unknown): thrown is Error {
  try {
    return /(Error|Exception)]$/.test(Object.prototype.toString.call(thrown));
  } catch {
    return false; // A revoked proxy, for example, cannot be inspected.
  }
}

/** Returns the message of any thrown value, without the stack. */
export function messageOf(thrown: unknown): string {
  if (isErrorLike(thrown)) {
    return textOf(() => thrown.message) || textOf(() => thrown.name) ||
      "an error without a message";
  }
  if (typeof thrown === "string") return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown); // It is circular, or its `toJSON` throws.
  }
}

/** A property of a foreign error as text; empty when it cannot be read. */
function textOf(read: () => unknown): string {
  try {
    return String(read() ?? "");
  } catch {
    return "";
  }
}
