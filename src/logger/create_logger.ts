/** Creates the logger of a run. @module */

import type { ConveyorError } from "../errors.ts";
import { host } from "../runtime/detect.ts";
import { requireKnown, requirePositive, requireText, requireTimeout } from "../validate.ts";
import type { Logger, ManagedLogger } from "./logger.ts";
import { createMasker, type Masker, toSecretMasker } from "./masking/masker.ts";
import { LogPipeline } from "./pipeline/log_pipeline.ts";
import { type Labels, type LogSink, noLabels, type TraceIds } from "./record.ts";
import type { SinkTotals } from "./sink_stats.ts";
import { consoleSink } from "./sinks/console_sink.ts";
import { mergeLabels } from "./writing/labels.ts";
import { RunLogger } from "./writing/run_logger.ts";

/** Options of {@linkcode createLogger}. */
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
  /** Labels of each line. */
  labels?: Labels;
  /**
   * The sinks. They may be shared by many loggers: they are flushed with this one, and disposed by their owner.
   *
   * @default {[consoleSink()]}
   */
  sinks?: readonly LogSink[];
  /** Secrets to hide. */
  secrets?: Iterable<string>;
  /** The masker, to share it with other loggers. Created by `createMasker`. @default {createMasker()} */
  masker?: Masker;
  /**
   * Most lines that wait for a sink. Further ones are dropped, and a line in their place reports how many.
   *
   * @default {100000}
   */
  maxBufferedLines?: number;
  /** Most characters that wait for a sink; further lines are dropped likewise. @default {67108864} */
  maxBufferedSize?: number;
  /**
   * Most time that a flush waits for a sink, in milliseconds. Lines not stored by then count as failed.
   *
   * @default {45000}
   */
  flushTimeoutMs?: number;
  /** Called once for each sink that fails. Without it, a line in the other sinks, or on the console, reports it. */
  onSinkError?: (error: ConveyorError, sink: string) => void;
  /** Counters of several loggers together, to which this one adds. */
  totals?: SinkTotals;
}

/** The names of all options; a test checks that they are. */
const NAMES = "driver runId pipeline event messageId labels sinks secrets masker " +
  "maxBufferedLines maxBufferedSize flushTimeoutMs onSinkError totals";

/**
 * Creates the logger of a run. Its methods neither block nor throw; lines that cannot be stored are counted and reported.
 *
 * @throws {ConfigError} when `driver` or `runId` is missing, a limit is not above 0, `masker` is a foreign one, or an option is
 * unknown.
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
  requireKnown(options, NAMES.split(" "));
  return createManagedLogger(options);
}

/** Options of {@linkcode createManagedLogger}. */
export interface ManagedLoggerOptions extends LoggerOptions {
  /** The trace that all lines belong to. */
  trace?: TraceIds | undefined;
  /** How long a flush waits while a sink stores nothing, in milliseconds. @default `flushTimeoutMs` */
  stallMs?: () => number;
  /** Called at the first line after the close; later lines are stored with a mark then, not dropped. */
  onLateLine?: () => void;
}

/** Creates the logger of a run in a manager. */
export function createManagedLogger(options: ManagedLoggerOptions): ManagedLogger {
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
    run: {
      driver,
      runId,
      pipeline,
      event,
      messageId,
      ...options.trace && { trace: options.trace },
    },
    sinks: sinks ?? owned,
    masker,
    maxBufferedLines,
    maxBufferedSize,
    flushTimeoutMs,
    totals,
    onSinkError,
    stallMs: options.stallMs,
    onLateLine: options.onLateLine,
    fallbackSink,
  });
  const logger = new RunLogger(log, masker, mergeLabels(noLabels(), labels), owned);
  for (const secret of typeof secrets === "string" ? [secrets] : secrets) logger.mask(secret);
  return logger;
}

/** The console, whatever the environment says: it must not fail where all other sinks have failed. */
function fallbackSink(): LogSink {
  const format = host().isTerminal() ? "pretty" : "json";
  return consoleSink({ level: "debug", format, colors: false });
}
