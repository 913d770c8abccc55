import type { Logger } from "../../../src/logger/logger.ts";
import type { LogRecord } from "../../../src/logger/record.ts";
import { memoryLogger } from "./memory_logger.ts";

/** A logger, and a function that flushes it and returns its lines. */
export interface BridgeLogger {
  readonly logger: Logger;
  lines(): Promise<Pick<LogRecord, "level" | "message" | "labels">[]>;
}

/** Creates the logger that a bridge writes to. */
export function bridgeLogger(secrets: string[] = []): BridgeLogger {
  const { logger, sink } = memoryLogger({ secrets });
  return {
    logger,
    async lines() {
      await logger.flush();
      return sink.records.map(({ level, message, labels }) => ({ level, message, labels }));
    },
  };
}
