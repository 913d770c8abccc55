/** A sink that writes lines to standard output. @module */

import { host as currentHost } from "../../runtime/detect.ts";
import { readSetting } from "../../settings.ts";
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
  /** Writes text to standard output. */
  writeOut(text: string): void;
}

/** All sinks of a process share its terminal. */
let sharedColumns: ConsoleColumns | undefined;

const SEVERITY: Record<LogLevel | "off", number> = { debug: 0, info: 1, warn: 2, error: 3, off: 4 };

/**
 * Creates a sink that writes to standard output: readable lines on a terminal, JSON lines elsewhere.
 *
 * @throws {ConfigError} when an option or an environment variable holds an invalid value.
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
  const { host = currentHost() } = options;
  const least = SEVERITY[readSetting("logLevel", options.level, { field: "level", host })];
  const chosen = readSetting("logFormat", options.format, { field: "format", host });
  const format = chosen ?? (host.isTerminal() ? "pretty" : "json");
  const colors = options.colors ?? wantsColors(host);
  const { write = (text) => host.writeOut(text) } = options;
  const columns = options.host ? new ConsoleColumns() : sharedColumns ??= new ConsoleColumns();

  const sink = (record: LogRecord): void => {
    if (SEVERITY[record.level] < least) return;
    write((format === "json" ? jsonLine(record) : columns.line(record, colors)) + "\n");
  };
  return Object.defineProperty(sink, "sinkName", { value: "console" });
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
