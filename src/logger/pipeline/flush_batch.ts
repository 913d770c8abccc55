/** The lines written between two flushes. @module */

/** Lines written between two flushes. */
export interface FlushBatch {
  /** Lines that are neither stored nor failed yet. */
  pending: number;
  /** Their characters. */
  size: number;
  /** Whether a flush has timed out waiting for them: they count as failed already. */
  timedOut: boolean;
  /** Called when none is pending. */
  settled?: () => void;
}

/** Creates the batch of the lines from now to the next flush. */
export function newFlushBatch(): FlushBatch {
  return { pending: 0, size: 0, timedOut: false };
}
