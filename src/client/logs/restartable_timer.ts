/** A timer that can be restarted. @module */

/** A timer. */
export interface RestartableTimer {
  readonly running: boolean;
  /** Starts the timer, or restarts it. */
  start(ms: number): void;
  stop(): void;
}

/** Creates a timer that calls `onExpiry` each time it expires. */
export function createRestartableTimer(onExpiry: () => void): RestartableTimer {
  let handle: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(handle);
    handle = undefined;
  };
  return {
    get running() {
      return handle !== undefined;
    },
    start(ms) {
      stop();
      handle = setTimeout(() => {
        handle = undefined;
        onExpiry();
      }, ms);
    },
    stop,
  };
}
