/** A queue between something that pushes and a loop that takes. @module */

/** Values that wait for a loop, in memory, until it takes them. */
export interface Queue<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** Nothing more will come. The loop takes what is left, then ends, or throws the error if there is one. */
  end(error?: unknown): void;
}

/** Makes a queue for one loop. */
export function createQueue<T>(): Queue<T> {
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
