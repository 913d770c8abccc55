/** A queue between what reads a log and the loop over it. @module */

/** Holds values in memory until the loop takes them. */
export interface EntryQueue<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** Ends the queue. The loop takes what is left, then ends, or throws the error if there is one. */
  end(error?: unknown): void;
}

/** Creates a queue for one loop. */
export function createEntryQueue<T>(): EntryQueue<T> {
  let values: T[] = [];
  let ended: { error: unknown } | undefined;
  let wake = () => {};
  return {
    push(value) {
      values.push(value);
      wake();
    },
    end(error) {
      ended ??= { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = values;
        values = [];
        yield* batch;
        if (values.length > 0) continue;
        if (ended?.error !== undefined) throw ended.error;
        if (ended) return;
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
  };
}
