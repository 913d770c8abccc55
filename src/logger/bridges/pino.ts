/**
 * A bridge from pino to a run's log: a destination for pino.
 *
 * @example
 * ```ts ignore
 * import pino from "pino";
 * import { createLogger } from "@conveyor/driver";
 * import { createPinoDestination } from "@conveyor/driver/pino";
 *
 * const logger = createLogger({ driver: "deploy", runId: "1" });
 * const log = pino({ level: "debug" }, createPinoDestination(logger));
 * log.info({ region: "eu-west-1" }, "deploying");
 * ```
 *
 * @module
 */

import { fieldsOf } from "../../error_text.ts";
import type { Logger } from "../logger.ts";
import { noLabels } from "../record.ts";
import { isPlainObject, mergeLabels, textOf } from "../writing/labels.ts";
import { pinoLevel } from "./pino_level.ts";

export type { LogDetails, Logger, WritableOptions } from "../logger.ts";
export type { Labels } from "../record.ts";
export type { SinkStats } from "../sink_stats.ts";

/** A destination stream of pino. */
export interface PinoDestination {
  /** Writes a line of pino to the log. */
  write(line: string): void;
}

/** Options of {@linkcode createPinoDestination}: the configuration of pino where it differs from the defaults. */
export interface PinoDestinationOptions {
  /** Name of the member that holds the message. @default {"msg"} */
  messageKey?: string;
  /** Name of the member that holds an error. @default {"err"} */
  errorKey?: string;
}

/**
 * Creates a destination for pino. `trace` is mapped to debug and `fatal` to error; levels may be numbers or names in any case,
 * in the member `level` or, as Google Cloud wants them, `severity`. An error is written below the line with its stack; other
 * members become labels, except pino's own `level`, `time`, `pid` and `hostname`.
 */
export function createPinoDestination(
  logger: Logger,
  options: PinoDestinationOptions = {},
): PinoDestination {
  const { messageKey = "msg", errorKey = "err" } = options;
  return {
    write(line) {
      const entry = parse(line);
      if (!entry) return logger.info(line.trimEnd());
      const { level, time: _, pid: __, hostname: ___, ...rest } = entry;
      const { [messageKey]: message = "", [errorKey]: error, ...labels } = rest;
      const name = level ?? labels["severity"];
      if (level === undefined) delete labels["severity"];
      const stack = stackOf(error);
      const text = textOf(message);
      logger[pinoLevel(name)](
        stack === undefined ? text : `${text}\n${stack}`,
        mergeLabels(
          noLabels(),
          stack === undefined && error !== undefined ? { ...labels, error } : labels,
        ),
      );
    },
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined; // Not a line of pino: it is logged as it is.
  }
}

/** The stack of an error as pino has serialized it, with the error's fields and members. */
function stackOf(error: unknown): string | undefined {
  if (!isPlainObject(error) || typeof error["stack"] !== "string") return undefined;
  const { stack, aggregateErrors } = error;
  const fields = fieldsOf(error, stack);
  const members = Array.isArray(aggregateErrors) ? aggregateErrors : [];
  return [
    stack,
    ...fields === "" ? [] : [`    (${fields})`],
    ...members.map((member) => `one of its errors: ${stackOf(member) ?? textOf(member)}`),
  ].join("\n");
}
