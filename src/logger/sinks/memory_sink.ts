/** A sink that keeps lines in memory. @module */

import type { LogRecord, LogSink } from "../record.ts";

/** A sink that keeps records in memory, for tests. */
export interface MemorySink extends LogSink {
  /** The records so far, oldest first. */
  readonly records: LogRecord[];
  /** The messages so far, oldest first. */
  readonly messages: string[];
}

/**
 * Creates a sink that keeps lines in memory.
 *
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { memorySink } from "@conveyor/driver/logging";
 *
 * const sink = memorySink();
 * const logger = createLogger({ driver: "deploy", runId: "1", sinks: [sink] });
 * logger.info("hello");
 * await logger.flush();
 * sink.messages; // ["hello"]
 * ```
 */
export function memorySink(): MemorySink {
  const records: LogRecord[] = [];
  const sink = (record: LogRecord): void => void records.push(record);
  return Object.defineProperties(sink, {
    sinkName: { value: "memory" },
    records: { value: records },
    messages: { get: () => records.map(({ message }) => message) },
  }) as MemorySink;
}
