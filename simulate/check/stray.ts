/** What a process settles of a stream that was deleted, and hits an event of the stream that has taken its place. */

import type { Ledger } from "./ledger.ts";
import type { RunRecord } from "./run_record.ts";

/** A delivery proves for so long that its stream is the same, in milliseconds: a second, and time to send. */
const PROVES_MS = 1010;

/**
 * The gap that docs/delivery.md names: the process sent it within a second after the delivery of an event with the same sequence in
 * the former stream, or before the new one was created, and did not have the new event.
 */
export function isStray(
  { world, runs }: Ledger,
  run: RunRecord,
  client: string,
  sentAt: number,
): boolean {
  if ((run.deliveredAt.get(client) ?? Infinity) <= sentAt) return false;
  const createdAt = Date.parse(run.stream.info().created) - (world.wall() - world.now);
  return runs.some(({ stream, driver, sequence, deliveredAt }) => {
    const had = deliveredAt.get(client) ?? -Infinity;
    return stream !== run.stream && driver === run.driver && sequence === run.sequence &&
      sentAt >= had && (sentAt - had <= PROVES_MS || sentAt < createdAt);
  });
}
