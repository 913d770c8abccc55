/** Waiting for a system that is being broken on purpose. */

import { setTimeout as pause } from "node:timers/promises";

/** How long something may fail, or stand still, before the scenario is given up, in milliseconds. */
export const PROGRESS_TIMEOUT_MS = 180_000;

/** Asks again until there is an answer: while servers die, no single failure means anything. */
export async function withRetries<T>(what: string, ask: () => Promise<T>): Promise<T> {
  const started = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (cause) {
      if (performance.now() - started > PROGRESS_TIMEOUT_MS) {
        throw new Error(`${what} failed for ${PROGRESS_TIMEOUT_MS / 1000} s`, { cause });
      }
      await pause(200);
    }
  }
}

/** What {@linkcode untilProgress} looks at: how far things are, and whether that is far enough. */
export interface Progress {
  /** Changes as long as anything moves. */
  readonly at: number | string;
  readonly done: boolean;
}

/**
 * Resolves to whether it is done: `true` when it is, `false` when nothing has moved for so long that nothing will, or when the
 * limit is up.
 */
export async function untilProgress(
  look: () => Promise<Progress>,
  options: { everyMs?: number; standstillMs?: number; limitMs?: number } = {},
): Promise<boolean> {
  const { everyMs = 50, standstillMs = PROGRESS_TIMEOUT_MS, limitMs = Infinity } = options;
  const startedAt = performance.now();
  let last: Progress["at"] | undefined;
  let movedAt = startedAt;
  for (;;) {
    const { at, done } = await look();
    if (done) return true;
    if (at !== last) {
      last = at;
      movedAt = performance.now();
    }
    const now = performance.now();
    if (now - movedAt > standstillMs || now - startedAt > limitMs) return false;
    await pause(everyMs);
  }
}
