/**
 * A bridge from LogTape to a run's log: a sink for LogTape.
 *
 * @example
 * ```ts ignore
 * import { configure, getLogger } from "@logtape/logtape";
 * import { createLogger } from "@conveyor/driver";
 * import { createLogTapeSink } from "@conveyor/driver/logtape";
 *
 * const logger = createLogger({ driver: "deploy", runId: "1" });
 * await configure({
 *   sinks: { conveyor: createLogTapeSink(logger) },
 *   loggers: [{ category: "app", lowestLevel: "debug", sinks: ["conveyor"] }],
 * });
 * getLogger("app").info("deploying to {region}", { region: "eu-west-1" });
 * ```
 *
 * @module
 */

import { isErrorLike } from "../../errors.ts";
import type { Logger } from "../logger.ts";
import { type LogLevel, noLabels } from "../record.ts";
import { mergeLabels, textOf, withError } from "../writing/labels.ts";

export type { LogDetails, Logger, WritableOptions } from "../logger.ts";
export type { Labels } from "../record.ts";
export type { SinkStats } from "../sink_stats.ts";

/** The part of LogTape's record that the bridge reads. */
export interface LogTapeRecord {
  /** Names of the logger and its parents. */
  readonly category: readonly string[];
  /** The severity. */
  readonly level: "trace" | "debug" | "info" | "warning" | "error" | "fatal";
  /** Texts and values, alternating. */
  readonly message: readonly unknown[];
  /** Properties of the record. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The logger that LogTape's records are written to, or a function that returns the current one. */
export type LogTapeTarget = Logger | (() => Logger | undefined);

const LEVELS: Record<LogTapeRecord["level"], LogLevel> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warning: "warn",
  error: "error",
  fatal: "error",
};

/**
 * Creates a sink for LogTape. Properties become labels, errors among them are written below the line with their stack, and
 * the category becomes the label `category`. A record is dropped while there is no current logger.
 */
export function createLogTapeSink(target: LogTapeTarget): (record: LogTapeRecord) => void {
  return ({ category, level, message, properties }) => {
    const logger = typeof target === "function" ? target() : target;
    if (!logger) return;
    let text = message.map(textOf).join("");
    const labels: Record<string, unknown> = { category: category.join(".") };
    for (const [name, value] of Object.entries(properties)) {
      if (!isErrorLike(value)) labels[name] = value;
      else if (!message.includes(value)) text = withError(text, value);
    }
    logger[LEVELS[level]](text, mergeLabels(noLabels(), labels));
  };
}
