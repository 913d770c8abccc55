/** Waiting that a signal can end. @module */

/** The longest time that a timer can wait, in milliseconds: runtimes fire longer ones at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/**
 * Waits. Looks at the signal before it starts its timer.
 *
 * @throws the signal's reason when it has fired or fires first.
 */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
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

/** Waits until the time is up or the signal fires: for loops that look at the signal themselves. */
export async function delayUnlessAborted(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, signal).catch(() => {}); // It rejects for one reason only: that the signal fired.
}
