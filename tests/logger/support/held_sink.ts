import type { LogRecord } from "../../../src/logger/record.ts";

/** A record that a {@linkcode HeldSink} has not stored yet. */
export interface HeldRecord {
  readonly record: LogRecord;
  store(): void;
}

/** A sink that stores a record when the test says so. */
export interface HeldSink {
  readonly sink: ((record: LogRecord) => Promise<void>) & { readonly sinkName: string };
  /** The records that it has received. */
  readonly waiting: HeldRecord[];
  /** Resolves when so many records wait. */
  count(records: number): Promise<void>;
}

/** Creates a sink that stores a record when the test says so. */
export function heldSink(name = "held"): HeldSink {
  const waiting: HeldRecord[] = [];
  let arrived = () => {};
  const sink = Object.assign(
    (record: LogRecord) =>
      new Promise<void>((store) => {
        waiting.push({ record, store });
        arrived();
      }),
    { sinkName: name },
  );
  const count = async (records: number) => {
    while (waiting.length < records) await new Promise<void>((resolve) => arrived = resolve);
  };
  return { sink, waiting, count };
}
