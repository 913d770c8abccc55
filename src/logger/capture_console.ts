// PLACEHOLDER by the manager engineer, uncommitted: the logger engineer replaces this file.
import type { Logger } from "./logger.ts";

/** Runs `work`; what it writes to the console goes to the logger. */
export function captureConsole<T>(_logger: Logger, work: () => Promise<T>): Promise<T> {
  return work();
}
