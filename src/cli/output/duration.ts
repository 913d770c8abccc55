/** Durations as text. @module */

/** Writes a duration in seconds, with three digits of it: `0.042 s`, `3.2 s`, `75 s`. */
export function seconds(ms: number): string {
  return `${ms < 1000 ? (ms / 1000).toFixed(3) : Number((ms / 1000).toPrecision(3))} s`;
}
