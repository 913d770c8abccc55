/** Opens the key-value buckets of a session. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import type { Connection, KeyValueOptions } from "../../transport/transport.ts";
import type { ManagerEvent } from "../events.ts";
import { RecoverableBucket } from "./recoverable_bucket.ts";
import { retryDelayMs } from "./retry_backoff.ts";

/** What a bucket is opened with. */
export interface BucketSource {
  readonly connection: Connection;
  emit(event: ManagerEvent): void;
}

/** Which bucket to open. */
export interface BucketRequest {
  readonly name: string;
  readonly options: KeyValueOptions;
  /** Called when it cannot be used any more, and again only after it could be. */
  readonly onUnavailable: (error: Error) => void;
  /** Whether an error may pass. @default {what passes when JetStream has started and its cluster has a leader} */
  readonly isTransient?: (error: unknown) => boolean;
}

/** Whether an error passes by itself: a time-out, or the refusal of a JetStream that is starting or has no leader. */
export function isPassing(error: unknown): boolean {
  return hasCode(error, "timeout") || hasCode(error, "connection");
}

/** Opens a bucket. Retries after errors that may pass. */
export async function openBucket(
  { connection, emit }: BucketSource,
  { name, options, onUnavailable, isTransient = isPassing }: BucketRequest,
  signal: AbortSignal,
): Promise<RecoverableBucket> {
  const reopen = () => connection.keyValue(name, options);
  let closed = false;
  void connection.closed.then(() => closed = true);
  for (let attempt = 1;; attempt++) {
    try {
      return new RecoverableBucket({ connection, bucket: await reopen(), reopen, onUnavailable });
    } catch (error) {
      if (signal.aborted || closed || !isTransient(error)) throw error;
      const message = `cannot open the bucket "${name}": ${messageOf(error)}; retrying`;
      emit({
        type: "warning",
        code: isPassing(error) ? "bucket-slow" : "permission",
        message,
        ...isErrorLike(error) && { error },
      });
      await delayUnlessAborted(retryDelayMs(attempt, error), signal);
    }
  }
}
