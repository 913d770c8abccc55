/** Delays with an abort signal. @module */

import { startTimer } from "./long_timer.ts";

/**
 * Resolves after `ms` milliseconds. The signal is checked before the timer starts.
 *
 * @throws the signal's reason when it has fired or fires first.
 */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = startTimer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort);
  });
}

/** Resolves when the time is up or the signal fires: for loops that check the signal themselves. */
export async function delayUnlessAborted(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, signal).catch(() => {}); // It rejects only when the signal fires.
}
