/** The account of deliveries: each that is received has to end in exactly one way. */

/** Ways in which a delivery can end, as a driver counts them. */
const ENDS = [
  "succeeded",
  "failed",
  "retried",
  "deadLettered",
  "filtered",
  "poisoned",
  "leaseLost",
  "unconfirmed",
  "handedBack",
  "alreadyDone",
  "superseded",
] as const;

/** How many deliveries have come to an end. */
export function endedDeliveries(stats: { readonly [End in typeof ENDS[number]]?: number }): number {
  return ENDS.reduce((sum, end) => sum + (stats[end] ?? 0), 0);
}
