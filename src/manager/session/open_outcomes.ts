/** Opens the bucket of outcomes and attempts. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { messageOf } from "../../errors.ts";
import type { ResolvedOptions } from "../options.ts";
import { type BucketSource, openBucket } from "./open_bucket.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";
import { retryDelayMs } from "./retry_backoff.ts";

/** The longest delay between attempts at what the server refuses, in milliseconds. */
const LONGEST_RETRY_MS = 60_000;

/**
 * Opens the bucket of outcomes and attempts, and returns the function that returns it; that returns `undefined` while it cannot
 * be used. When the server refuses it, such as without the permissions that it needs, it is opened once it does not. Never rejects.
 */
export async function openOutcomes(
  source: BucketSource & { readonly options: ResolvedOptions },
  streamReplicas: number,
  signal: AbortSignal,
): Promise<() => RecoverableBucket | undefined> {
  const { options: { journal }, emit } = source;
  let bucket: RecoverableBucket | undefined;
  if (!journal) return () => undefined;
  const { bucket: name, ttlMs, replicas = streamReplicas } = journal;
  const onUnavailable = (error: Error) =>
    emit({
      type: "warning",
      code: "journal-unavailable",
      message:
        `cannot use the outcome journal "${name}": ${messageOf(error)}; a run whose process ` +
        "dies before its acknowledgement may store a second result, and attempts of other " +
        "processes are not counted; allow the bucket, or pass journal: false",
      error,
    });
  const open = async () => {
    bucket = await openBucket(
      source,
      { name, options: { ttlMs, replicas }, onUnavailable },
      signal,
    );
  };
  const retry = async (failure: unknown) => {
    for (let attempt = 1; !bucket; attempt++) {
      await delayUnlessAborted(retryDelayMs(attempt, failure, LONGEST_RETRY_MS), signal);
      if (signal.aborted) return;
      await open().catch((error: unknown) => failure = error);
    }
  };
  try {
    await open();
  } catch (error) {
    signal.throwIfAborted();
    onUnavailable(error as Error);
    void retry(error);
  }
  return () => bucket;
}
