/** Key-value buckets over the JetStream API. @module */

import { NoStreamError } from "../../errors.ts";
import {
  bucketStream,
  bucketSubject,
  checkBucketName,
  type LastMessage,
} from "../../shared/stream_bucket.ts";
import type { KeyValueOptions } from "../../transport.ts";
import { API_ERROR, isApiError, undefinedOn } from "./api_errors.ts";
import type { Manage } from "./manage.ts";
import { NANOS } from "./streams.ts";

const DUPLICATE_WINDOW_MS = 120_000;

/** Creates a bucket's stream, with the configuration of all NATS clients, unless it exists. */
export async function ensureBucket(
  manage: Manage,
  bucket: string,
  { ttlMs, storage = "file", replicas = 1 }: KeyValueOptions,
): Promise<void> {
  checkBucketName(bucket);
  const name = bucketStream(bucket);
  const action = `open the key-value bucket ${bucket}`;
  const found = await undefinedOn(
    manage(action, ({ streams }) => streams.info(name)),
    API_ERROR.StreamNotFound,
  );
  if (found) return;
  // Another instance may create it at the same time, in another version with another time to live.
  await undefinedOn(
    manage(action, ({ streams }) =>
      streams.add({
        name,
        subjects: [bucketSubject(bucket, ">")],
        retention: "limits",
        storage,
        num_replicas: replicas,
        max_msgs_per_subject: 1,
        max_age: ttlMs * NANOS,
        duplicate_window: Math.min(DUPLICATE_WINDOW_MS, ttlMs) * NANOS,
        discard: "new",
        allow_rollup_hdrs: true,
        deny_delete: true,
        allow_direct: true,
      })),
    API_ERROR.StreamNameInUse,
  );
}

/** Returns the last message on a subject. The stream's leader responds: a follower may not have the latest yet. */
export function lastMessage(
  manage: Manage,
  stream: string,
  subject: string,
): Promise<LastMessage | undefined> {
  return manage<LastMessage | undefined>(`read ${subject}`, async ({ streams }) => {
    const found = await streams.getMessage(stream, { last_by_subj: subject });
    if (!found) return undefined;
    const { header, data, seq, timestamp } = found;
    return {
      value: data,
      revision: seq,
      timestampMs: Date.parse(timestamp),
      header: (name) => header.get(name) || undefined,
    };
  }).catch((error) => {
    if (!isApiError(error, API_ERROR.StreamNotFound)) throw error;
    throw new NoStreamError(error.message, { cause: error });
  });
}
