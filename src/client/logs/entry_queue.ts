/** A queue between what reads a log and the loop over it. @module */

import { linkedController } from "../../async/deadline.ts";

/**
 * Yields what `produce` pushes, until it ends, or throws its error. Values wait in memory until the loop takes them. The signal
 * aborts with `outer` and when the loop is left, which waits for `produce` then.
 */
export async function* produced<T>(
  outer: AbortSignal | undefined,
  produce: (signal: AbortSignal, push: (value: T) => void) => Promise<void>,
): AsyncGenerator<T, void, void> {
  const { controller: stop, release } = linkedController(outer);
  const { signal } = stop;
  let values: T[] = [];
  let ended = false;
  let failure: unknown;
  let wake = () => {};
  const push = (value: T) => {
    values.push(value);
    wake();
  };
  const producer = produce(signal, push)
    .catch((error) => failure = signal.aborted ? undefined : error)
    .then(() => {
      ended = true;
      wake();
    });
  try {
    for (;;) {
      const batch = values;
      values = [];
      yield* batch;
      if (values.length > 0) continue;
      if (ended) break;
      await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    stop.abort();
    release();
    await producer;
  }
  if (failure !== undefined) throw failure;
}
