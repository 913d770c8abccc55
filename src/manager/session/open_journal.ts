/** Opens the outcome journal of a session. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { messageOf } from "../../errors.ts";
import { missingPermission } from "../../transport/errors.ts";
import type { ResolvedOptions } from "../options.ts";
import { type BucketSource, openBucket } from "./open_bucket.ts";
import { OutcomeJournal } from "./outcome_journal.ts";
import { retryDelayMs } from "./retry_backoff.ts";

/**
 * Opens the journal, and returns the function that returns it. Without the permissions that it needs, the session starts
 * without a journal, and opens it when they are given.
 */
export async function openJournal(
  source: BucketSource & { readonly options: ResolvedOptions },
  replicas: number,
  signal: AbortSignal,
): Promise<() => OutcomeJournal | undefined> {
  const { connection, options, emit } = source;
  let journal: OutcomeJournal | undefined;
  if (!options.journal) return () => undefined;
  const { bucket, ttlMs } = options.journal;
  const wanted = { ttlMs, replicas: options.journal.replicas ?? replicas };
  const warn = (code: string, message: string, error: Error) =>
    emit({ type: "warning", code, message, error });
  const open = async () => {
    const store = await openBucket(source, bucket, wanted, signal);
    journal = new OutcomeJournal(
      connection,
      store,
      (error) =>
        warn(
          "journal-write",
          `cannot record an outcome in the bucket "${bucket}": ${error.message}`,
          error,
        ),
    );
  };
  const retry = async (failure: unknown) => {
    for (let attempt = 1; !journal && missingPermission(failure); attempt++) {
      await delayUnlessAborted(retryDelayMs(attempt, failure), signal);
      if (signal.aborted) return;
      await open().catch((error: unknown) => failure = error);
    }
  };
  try {
    await open();
  } catch (error) {
    if (signal.aborted) return () => undefined;
    warn(
      "journal-unavailable",
      `cannot open the outcome journal "${bucket}": ${
        messageOf(error)
      }; a run whose process dies between its result and its ` +
        "acknowledgement may store a second result after the stream's duplicate window; allow the bucket, or pass " +
        "journal: false to run without it",
      error as Error,
    );
    void retry(error);
  }
  return () => journal;
}
