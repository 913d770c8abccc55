/** Counters of the lines of a sink. @module */

/** Counters of the lines that a logger had for one sink. */
export interface SinkStats {
  /** The sink's name. */
  readonly sink: string;
  /** Lines handed to it. */
  accepted: number;
  /** Lines it has stored. */
  stored: number;
  /** Lines it could not store. The first is reported as an error, all are counted. */
  failed: number;
  /** Lines never handed to it, because the buffer was full or the logger closed. */
  dropped: number;
  /** Characters of the stored lines. */
  bytes: number;
}

/** Counters of several loggers together, by the sink's name. */
export type SinkTotals = Map<string, SinkStats>;

/** Creates counters at zero. */
export function newSinkStats(sink: string): SinkStats {
  return { sink, accepted: 0, stored: 0, failed: 0, dropped: 0, bytes: 0 };
}

/** Returns the counters of a sink among totals. Creates them when they are missing. */
export function totalsOf(totals: SinkTotals, sink: string): SinkStats {
  const found = totals.get(sink) ?? newSinkStats(sink);
  totals.set(sink, found);
  return found;
}
