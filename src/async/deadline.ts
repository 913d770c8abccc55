/** The limits of one piece of work: a time-out and a signal. @module */

import { ConfigError, TimeoutError } from "../errors.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Limits of a piece of work. */
export interface Limits {
  /** Completes "cannot …" in the message of a time-out. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds above 0; `Infinity` is no limit. */
  readonly timeoutMs: number;
}

/**
 * Does a piece of work that ends when the time is up or the signal fires, whether or not the work heeds its own signal.
 *
 * @throws {TimeoutError} when the time is up; the signal's reason when the signal fires.
 */
export async function withDeadline<T>(
  { action, signal, timeoutMs }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  checkTimeout(timeoutMs);
  signal?.throwIfAborted();
  const { controller, release } = linkedController(signal);
  const timer = timeoutMs <= LONGEST_TIMER_MS
    ? setTimeout(() => controller.abort(timeUp(action, timeoutMs)), timeoutMs)
    : undefined;
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
  });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** A controller that aborts when `parent` does, until it is released. */
export function linkedController(
  parent: AbortSignal | undefined,
): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent?.reason);
  parent?.addEventListener("abort", onAbort, { once: true });
  if (parent?.aborted) onAbort();
  return { controller, release: () => parent?.removeEventListener("abort", onAbort) };
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs > 0) return;
  throw new ConfigError(
    "timeoutMs",
    `cannot use ${timeoutMs} as timeoutMs: it must be milliseconds above 0, or Infinity`,
  );
}

function timeUp(action: string, timeoutMs: number): TimeoutError {
  return new TimeoutError(
    `cannot ${action}: it was not done within ${timeoutMs} ms; look at the server, or pass a longer timeoutMs`,
    timeoutMs,
  );
}

/** Waits. Rejects with the signal's reason when that fires first. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, Math.min(ms, LONGEST_TIMER_MS));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
