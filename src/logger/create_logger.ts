/** Makes the logger of a run. @module */

import type { ConveyorError } from "../errors.ts";
import { requirePositive, requireText, requireTimeout } from "../validate.ts";
import { host } from "../runtime/detect.ts";
import { consoleSink } from "./sinks/console_sink.ts";
import { mergeLabels } from "./writing/labels.ts";
import type { Logger } from "./logger.ts";
import { createMasker, type Masker, toSecretMasker } from "./masking/masker.ts";
import { type Labels, type LogSink, noLabels } from "./record.ts";
import { LogPipeline } from "./pipeline/log_pipeline.ts";
import { RunLogger } from "./writing/run_logger.ts";
import type { SinkTotals } from "./sink_stats.ts";

/** What a logger is made of. */
export interface LoggerOptions {
  /** The driver's name. */
  driver: string;
  /** The run's id. */
  runId: string;
  /** The pipeline's name. @default {""} */
  pipeline?: string;
  /** The event that started the run. @default {""} */
  event?: string;
  /** The message's id. @default {""} */
  messageId?: string;
  /** Labels of every line. */
  labels?: Labels;
  /**
   * Where lines go. Sinks given here may serve many loggers: they are flushed with this one, and disposed by their owner.
   *
   * @default {[consoleSink()]}
   */
  sinks?: readonly LogSink[];
  /** Secrets to hide. */
  secrets?: Iterable<string>;
  /** What hides secrets, to share it with others; created by `createMasker`. @default {createMasker()} */
  masker?: Masker;
  /**
   * Lines that may wait for a sink. Those that come when so many wait are dropped, and one line says how many they were.
   *
   * @default {100000}
   */
  maxBufferedLines?: number;
  /** Characters that may wait for a sink, with the same consequence. @default {67108864} */
  maxBufferedSize?: number;
  /**
   * Longest time that a flush waits for a sink, in milliseconds. Lines not stored by then count as failed.
   *
   * @default {45000}
   */
  flushTimeoutMs?: number;
  /** Told once of each sink that fails. Without it a line in the other sinks tells of it, or one on the console. */
  onSinkError?: (error: ConveyorError, sink: string) => void;
  /** Counts of several loggers together: this one adds its own. */
  totals?: SinkTotals;
}

/**
 * Makes the logger of a run. It never blocks and never throws once it is made; what cannot be stored is counted and
 * reported.
 *
 * @throws {ConfigError} when `driver` or `runId` is missing, or a limit is not a positive number.
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 *
 * const logger = createLogger({ driver: "deploy", runId: "6f1c…", secrets: ["hunter2-hunter2"] });
 * logger.info("deploying", { region: "eu-west-1" });
 * await logger.close();
 * ```
 */
export function createLogger(options: LoggerOptions): Logger {
  const {
    driver,
    runId,
    pipeline = "",
    event = "",
    messageId = "",
    labels,
    sinks,
    secrets = [],
    maxBufferedLines = 100_000,
    maxBufferedSize = 64 * 1024 * 1024,
    flushTimeoutMs = 45_000,
    onSinkError,
    totals,
  } = options;
  requireText("driver", driver);
  requireText("runId", runId);
  requirePositive("maxBufferedLines", maxBufferedLines);
  requirePositive("maxBufferedSize", maxBufferedSize);
  requireTimeout("flushTimeoutMs", flushTimeoutMs);
  const masker = toSecretMasker("masker", options.masker ?? createMasker());
  const owned = sinks ? [] : [consoleSink()];
  const log = new LogPipeline({
    run: { driver, runId, pipeline, event, messageId },
    sinks: sinks ?? owned,
    masker,
    maxBufferedLines,
    maxBufferedSize,
    flushTimeoutMs,
    totals,
    onSinkError,
    lastResort,
  });
  const logger = new RunLogger(log, masker, mergeLabels(noLabels(), labels), owned);
  for (const secret of typeof secrets === "string" ? [secrets] : secrets) logger.mask(secret);
  return logger;
}

/** The console, whatever the environment says: it must not fail where everything else has. */
function lastResort(): LogSink {
  const format = host().isTerminal() ? "pretty" : "json";
  return consoleSink({ level: "debug", format, colors: false });
}
