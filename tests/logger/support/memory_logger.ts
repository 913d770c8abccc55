import { createLogger, type LoggerOptions } from "../../../src/logger/create_logger.ts";
import type { Logger } from "../../../src/logger/logger.ts";
import type { LogRecord } from "../../../src/logger/record.ts";
import { type MemorySink, memorySink } from "../../../src/logger/sinks/memory_sink.ts";

/** Creates a logger whose only sink keeps the records in memory. */
export function memoryLogger(
  options: Partial<LoggerOptions> = {},
): { logger: Logger; sink: MemorySink } {
  const sink = memorySink();
  const logger = createLogger({ driver: "deploy", runId: "run-1", sinks: [sink], ...options });
  return { logger, sink };
}

/** Returns the records that reach the sink when `write` writes to a logger. */
export async function recordsOf(
  write: (logger: Logger) => unknown,
  options: Partial<LoggerOptions> = {},
): Promise<LogRecord[]> {
  const { logger, sink } = memoryLogger(options);
  await write(logger);
  await logger.close();
  return sink.records;
}

/** Returns all text that reaches the sink, an entry a record: messages, names and values of labels. */
export async function textsOf(
  write: (logger: Logger) => unknown,
  secrets: string[],
): Promise<string[]> {
  const records = await recordsOf(write, { secrets });
  return records.map(({ message, labels }) =>
    [message, ...Object.entries(labels).flat()].join("\n")
  );
}
