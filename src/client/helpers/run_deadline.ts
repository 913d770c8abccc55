/** The deadline of a wait for a run. @module */

import { withDeadline } from "../../async/deadline.ts";
import { hasCode, TimeoutError } from "../../errors.ts";
import type { CallOptions } from "../options.ts";

/** How long a run may take where the caller does not say, in milliseconds: an hour. */
const RUN_TIMEOUT_MS = 3_600_000;

/**
 * Runs an operation that waits for a run. `waitsFor` is told the driver whose result is still to come.
 *
 * @throws {TimeoutError} that names that driver, when the time is up; the signal's reason when the signal fires.
 */
export async function withRunDeadline<T>(
  action: string,
  { signal, timeoutMs = RUN_TIMEOUT_MS }: CallOptions,
  work: (signal: AbortSignal, waitsFor: (driver: string) => void) => Promise<T>,
): Promise<T> {
  let driver: string | undefined;
  try {
    return await withDeadline(
      { action, signal, timeoutMs },
      (signal) => work(signal, (name) => driver = name),
    );
  } catch (error) {
    if (driver === undefined || !hasCode(error, "timeout") || signal?.aborted) throw error;
    throw new TimeoutError(
      `cannot ${action}: it was not done within ${timeoutMs} ms, and no driver named ${driver} has ` +
        "answered; check that it runs, or pass a longer timeoutMs",
      timeoutMs,
    );
  }
}
