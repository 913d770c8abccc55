/** Counts what became of the lines that went to a sink. @module */

/** What became of the lines that a logger had for one sink. */
export interface SinkStats {
  /** The sink's name. */
  readonly sink: string;
  /** Lines handed to it. */
  accepted: number;
  /** Lines it has stored. */
  stored: number;
  /** Lines it could not store, each reported as an error or counted after the first. */
  failed: number;
  /** Lines never handed to it because the buffer was full. */
  dropped: number;
  /** Characters of the lines that it has stored. */
  bytes: number;
}

/** Counts of several loggers together, by the sink's name. */
export type SinkTotals = Map<string, SinkStats>;

/** All counts at zero. */
export function newSinkStats(sink: string): SinkStats {
  return { sink, accepted: 0, stored: 0, failed: 0, dropped: 0, bytes: 0 };
}

/** The counts of a sink among totals, made when they are not there. */
export function totalsOf(totals: SinkTotals, sink: string): SinkStats {
  const found = totals.get(sink) ?? newSinkStats(sink);
  totals.set(sink, found);
  return found;
}
