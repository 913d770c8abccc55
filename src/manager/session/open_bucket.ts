/** Opens the key-value buckets of a session. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import type { Connection, KeyValue, KeyValueOptions } from "../../transport/transport.ts";
import type { ManagerEvent } from "../events.ts";
import { retryDelayMs } from "./retry_backoff.ts";

/** What a bucket is opened with. */
export interface BucketSource {
  readonly connection: Connection;
  emit(event: ManagerEvent): void;
}

/** Whether an error is a time-out, such as that of a cluster that elects a leader. */
export function isTimeout(error: unknown): boolean {
  return hasCode(error, "timeout");
}

/** Opens a bucket. Retries after errors that `isTransient` accepts. */
export async function openBucket(
  { connection, emit }: BucketSource,
  name: string,
  options: KeyValueOptions,
  signal: AbortSignal,
  isTransient: (error: unknown) => boolean = isTimeout,
): Promise<KeyValue> {
  for (let attempt = 1;; attempt++) {
    try {
      return await connection.keyValue(name, options);
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      const message = `cannot open the bucket "${name}": ${messageOf(error)}; retrying`;
      emit({
        type: "warning",
        code: isTimeout(error) ? "bucket-slow" : "permission",
        message,
        ...isErrorLike(error) && { error },
      });
      await delayUnlessAborted(retryDelayMs(attempt, error), signal);
    }
  }
}
