/** Timers for any length of time. @module */

/** The longest time that a timer of the platform can wait, in milliseconds: it fires at once when it is given a longer one. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/**
 * Calls `onElapsed` once after `ms` milliseconds, however many, unless the returned function is called first. `Infinity` is
 * never.
 *
 * @param onTimer Called with each of the timers that the time is made of.
 */
export function startTimer(
  ms: number,
  onElapsed: () => void,
  onTimer?: (timer: ReturnType<typeof setTimeout>) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (leftMs: number) => {
    if (leftMs === Infinity) return;
    const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
    timer = setTimeout(() => leftMs > stepMs ? wait(leftMs - stepMs) : onElapsed(), stepMs);
    onTimer?.(timer);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
