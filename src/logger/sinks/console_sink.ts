/** A sink that writes lines to standard output. @module */

import { host as currentHost } from "../../runtime/detect.ts";
import { readSetting } from "../../settings.ts";
import { requireKnown } from "../../validate.ts";
import { DROPPED, droppedRecord } from "../dropped_record.ts";
import type { LogLevel, LogRecord, LogSink } from "../record.ts";
import { ConsoleColumns } from "./console_line.ts";
import { plainJson } from "./console_text.ts";

/** Options of {@linkcode consoleSink}. */
export interface ConsoleSinkOptions {
  /** Least level of the lines that are written. @default {`CONVEYOR_LOG_LEVEL`, else "info"} */
  level?: LogLevel | "off";
  /** A readable line, or one JSON object a line. @default {`CONVEYOR_LOG_FORMAT`, else "pretty" on a terminal and "json" elsewhere} */
  format?: "pretty" | "json";
  /** Whether readable lines have colors. @default {`NO_COLOR` and `FORCE_COLOR`, else whether it is a terminal} */
  colors?: boolean;
  /** Writes the text instead of standard output. */
  write?: (text: string) => void;
  /** The process it runs in, for tests. @default this process */
  host?: ConsoleHost;
}

/** The part of a process that the console sink needs. */
export interface ConsoleHost {
  /** Reads one environment variable. */
  env(name: string): string | undefined;
  /** Whether standard output is a terminal. */
  isTerminal(): boolean;
  /** Writes text to standard output. Returns `false` when it drops it; `describe` returns the text in the place of dropped ones. */
  writeOut(text: string, describe?: (dropped: number) => string): unknown;
  /** Resolves when the text is written. */
  outWritten?(): Promise<void> | undefined;
}

/** All sinks of a process share its terminal. */
let sharedColumns: ConsoleColumns | undefined;

const SEVERITY: Record<LogLevel | "off", number> = { debug: 0, info: 1, warn: 2, error: 3, off: 4 };

/**
 * Creates a sink that writes to standard output: readable lines on a terminal, JSON lines elsewhere.
 *
 * @throws {ConfigError} when an option is unknown, or an option or an environment variable holds an invalid value.
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { consoleSink } from "@conveyor/driver/logging";
 *
 * const sinks = [consoleSink({ level: "debug", format: "pretty" })];
 * const logger = createLogger({ driver: "deploy", runId: "1", sinks });
 * ```
 */
export function consoleSink(options: ConsoleSinkOptions = {}): LogSink {
  requireKnown(options, ["level", "format", "colors", "write", "host"], "console.");
  const { host = currentHost() } = options;
  const least = SEVERITY[readSetting("logLevel", options.level, { field: "level", host })];
  const chosen = readSetting("logFormat", options.format, { field: "format", host });
  const format = chosen ?? (host.isTerminal() ? "pretty" : "json");
  const colors = options.colors ?? wantsColors(host);
  const columns = options.host ? new ConsoleColumns() : sharedColumns ??= new ConsoleColumns();

  const textOf = (record: LogRecord) =>
    (format === "json" ? jsonLine(record) : columns.line(record, colors)) + "\n";
  let dropped: LogRecord;
  const describe = (count: number) => {
    const { driver, timestamp } = dropped;
    const none = { runId: "", pipeline: "", event: "", messageId: "" };
    return textOf(
      droppedRecord({ ...none, driver, timestamp }, count, "standard output was not read"),
    );
  };

  const sink = (record: LogRecord): unknown => {
    if (SEVERITY[record.level] < least) return;
    if (options.write) return void options.write(textOf(record));
    const written = host.writeOut(textOf(record), describe);
    if (written !== false) return written;
    dropped = record;
    return DROPPED;
  };
  return Object.assign(sink, {
    sinkName: "console",
    [Symbol.asyncDispose]: async () => await host.outWritten?.(),
  });
}

function wantsColors(host: Pick<ConsoleHost, "env" | "isTerminal">): boolean {
  if (readSetting("noColor", undefined, { host })) return false;
  return readSetting("forceColor", undefined, { host }) ?? host.isTerminal();
}

function jsonLine(record: LogRecord): string {
  const { timestamp, level, driver, runId, pipeline, event, messageId, message, labels, trace } =
    record;
  const line: Record<string, unknown> = { timestamp, level, driver, runId };
  if (trace) Object.assign(line, { trace_id: trace.traceId, span_id: trace.spanId });
  for (const [name, value] of Object.entries({ pipeline, event, messageId })) {
    if (value !== "") line[name] = value;
  }
  line["message"] = message;
  if (Object.keys(labels).length > 0) line["labels"] = labels;
  return plainJson(JSON.stringify(line));
}
