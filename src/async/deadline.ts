/** Deadlines with an abort signal. @module */

import { TimeoutError } from "../errors.ts";
import { requireTimeout } from "../validate.ts";
import { startTimer } from "./long_timer.ts";

/** The limits of an operation. */
export interface Limits {
  /** Completes "cannot …" in the message of a timeout. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds above 0; `Infinity` is no limit. */
  readonly timeoutMs: number;
  /** What to do when the time is up. @default {"check the server, or pass a longer timeoutMs"} */
  readonly advice?: string;
}

/**
 * Runs an operation; settles when the time is up or the signal fires, even if the operation ignores its signal.
 *
 * @throws {TimeoutError} when the time is up; the signal's reason when the signal fires.
 */
export async function withDeadline<T>(
  limits: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = limits;
  requireTimeout("timeoutMs", timeoutMs);
  signal?.throwIfAborted();
  const { controller, release } = linkedController(signal);
  const cancelTimer = startTimer(timeoutMs, () => controller.abort(timeUp(limits)));
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
  });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    cancelTimer();
    release();
  }
}

/** Creates a controller that aborts when `parent` does, until it is released. */
export function linkedController(
  parent: AbortSignal | undefined,
): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent?.reason);
  parent?.addEventListener("abort", onAbort);
  if (parent?.aborted) onAbort();
  return { controller, release: () => parent?.removeEventListener("abort", onAbort) };
}

function timeUp(
  { action, timeoutMs, advice = "check the server, or pass a longer timeoutMs" }: Limits,
): TimeoutError {
  return new TimeoutError(
    `cannot ${action}: it was not done within ${timeoutMs} ms; ${advice}`,
    timeoutMs,
  );
}
