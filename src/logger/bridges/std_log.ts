/**
 * A bridge from Deno's `@std/log` to a run's log. The handler extends the caller's own `BaseHandler`, so this package does
 * not import `@std/log` and works with each of its releases.
 *
 * @example
 * ```ts ignore
 * import * as log from "jsr:@std/log@0.224.14";
 * import { createLogger } from "@conveyor/driver";
 * import { createStdLogHandler } from "@conveyor/driver/std-log";
 *
 * const ConveyorHandler = createStdLogHandler(log.BaseHandler);
 * const logger = createLogger({ driver: "deploy", runId: "1" });
 * log.setup({
 *   handlers: { conveyor: new ConveyorHandler("DEBUG", { logger }) },
 *   loggers: { default: { level: "DEBUG", handlers: ["conveyor"] } },
 * });
 * log.info("deploying", { region: "eu-west-1" });
 * ```
 *
 * @module
 */

import { isErrorLike } from "../../errors.ts";
import type { Logger } from "../logger.ts";
import { type Labels, type LogLevel, noLabels } from "../record.ts";
import { isPlainObject, mergeLabels, textOf, withError } from "../writing/labels.ts";

export type { LogDetails, Logger, WritableOptions } from "../logger.ts";
export type { Labels } from "../record.ts";
export type { SinkStats } from "../sink_stats.ts";

/** The part of `@std/log`'s record that the bridge reads. */
export interface StdLogRecord {
  /** The message. */
  readonly msg: string;
  /** The arguments after the message. */
  readonly args: unknown[];
  /** 10 for debug, 20 for info, 30 for warn, 40 for error, 50 for critical. */
  readonly level: number;
  /** The name of its logger. */
  readonly loggerName: string;
}

/** The part of `@std/log`'s `BaseHandler` that the bridge uses. */
export interface StdLogHandler {
  /** Least level of the records that it handles. */
  level: number;
  /** Handles a record, unless its level is too low. */
  // deno-lint-ignore no-explicit-any
  handle(record: any): void;
}

/** Options of a handler. */
export interface StdLogHandlerOptions {
  /** The logger, or a function that returns the current one. A record is dropped while there is none. */
  logger: Logger | (() => Logger | undefined);
}

/**
 * Creates a handler class from the caller's `BaseHandler`.
 *
 * Levels map one to one, and `CRITICAL` to error. Members of plain objects among the arguments become labels, errors are
 * written below the line with their stack, and other values become the labels `arg1`, `arg2` and so on. The name of a
 * logger other than the default one becomes the label `logger`.
 */
export function createStdLogHandler<
  // deno-lint-ignore no-explicit-any
  Base extends abstract new (...args: any[]) => StdLogHandler,
>(
  base: Base,
): new (
  levelName: ConstructorParameters<Base>[0],
  options: StdLogHandlerOptions,
) => InstanceType<Base> {
  const Parent = base as unknown as new (levelName: unknown) => StdLogHandler;
  class ConveyorHandler extends Parent {
    readonly #logger: StdLogHandlerOptions["logger"];

    constructor(levelName: unknown, { logger }: StdLogHandlerOptions) {
      super(levelName);
      this.#logger = logger;
    }

    override handle(record: StdLogRecord): void {
      if (this.level > record.level) return;
      const logger = typeof this.#logger === "function" ? this.#logger() : this.#logger;
      if (logger) write(logger, record);
    }

    /** `BaseHandler` declares it abstract. It is not called, because `handle` is overridden. */
    log(): void {}
  }
  return ConveyorHandler as unknown as ReturnType<typeof createStdLogHandler<Base>>;
}

function write(logger: Logger, { msg, args, level, loggerName }: StdLogRecord): void {
  let message = msg;
  let labels: Labels = loggerName === "default" ? noLabels() : { logger: loggerName };
  for (const [index, value] of args.entries()) {
    if (isErrorLike(value)) message = withError(message, value);
    else if (isPlainObject(value)) labels = mergeLabels(labels, value);
    else labels = mergeLabels(labels, { [`arg${index + 1}`]: textOf(value) });
  }
  logger[levelOf(level)](message, labels);
}

function levelOf(level: number): LogLevel {
  if (level < 20) return "debug";
  if (level < 30) return "info";
  return level < 40 ? "warn" : "error";
}
