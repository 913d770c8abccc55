/** A timer that can be started anew. @module */

/** A timer. */
export interface Timer {
  readonly running: boolean;
  /** Starts it, or starts it anew. */
  start(ms: number): void;
  stop(): void;
}

/** Makes a timer that calls `onTime` each time it runs out. */
export function createTimer(onTime: () => void): Timer {
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
        onTime();
      }, ms);
    },
    stop,
  };
}
