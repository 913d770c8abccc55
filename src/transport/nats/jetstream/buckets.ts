/** Key-value buckets over the JetStream API. @module */

import type { StreamConfig } from "@nats-io/jetstream";
import { ConfigError, hasCode } from "../../../errors.ts";
import { NoStreamError } from "../../errors.ts";
import { bucketStream } from "../../key_value.ts";
import { bucketSubject, checkBucketName, type LastMessage } from "../../shared/stream_bucket.ts";
import type { KeyValueOptions } from "../../transport.ts";
import { API_ERROR, isApiError, undefinedOn } from "./api_errors.ts";
import type { Manage } from "./manage.ts";
import { NANOS } from "./streams.ts";

const DUPLICATE_WINDOW_MS = 120_000;

/**
 * Creates a bucket's stream, with the configuration of all NATS clients. One that exists is changed where it keeps values for
 * too short a time, or fewer copies of them, where it drops old values for new ones, and where it does not acknowledge them.
 *
 * @throws {ConfigError} when it is sealed, when it is kept in memory where a file is wanted, and when it keeps values for too
 * short a time and the server refuses to change that.
 */
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
  if (found) return await adjust(manage, bucket, found.config, ttlMs * NANOS, replicas, storage);
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
        duplicate_window: windowOf(ttlMs * NANOS),
        discard: "new",
        allow_rollup_hdrs: true,
        deny_delete: true,
        allow_direct: true,
      })),
    API_ERROR.StreamNameInUse,
  );
}

/** The duplicate window of all NATS clients, in nanoseconds: no longer than values are kept. */
function windowOf(ageNanos: number): number {
  return Math.min(DUPLICATE_WINDOW_MS * NANOS, ageNanos);
}

async function adjust(
  manage: Manage,
  bucket: string,
  { max_age, num_replicas, duplicate_window, discard, no_ack, ...config }: StreamConfig,
  wantedAge: number,
  wantedReplicas: number,
  storage: "file" | "memory",
): Promise<void> {
  const unusable = config.sealed
    ? "sealed"
    : config.storage === "memory" && storage === "file" && "in memory";
  if (unusable) {
    throw new ConfigError(
      "bucket",
      `cannot use the key-value bucket ${bucket}: it is ${unusable}; delete it`,
    );
  }
  const isShort = max_age > 0 && max_age < wantedAge;
  // A full one must refuse values: it would drop others in silence.
  const drops = discard === "old" && (config.max_bytes > 0 || config.max_msgs > 0);
  if (!isShort && !drops && !no_ack && num_replicas >= wantedReplicas) return;
  const changed = {
    ...config,
    max_age: isShort ? wantedAge : max_age,
    num_replicas: Math.max(num_replicas, wantedReplicas),
    discard: drops ? "new" as const : discard,
    no_ack: false,
    // It says how long values are kept: see the locks.
    duplicate_window: isShort ? Math.max(duplicate_window, windowOf(wantedAge)) : duplicate_window,
  };
  try {
    await manage(
      `change the key-value bucket ${bucket}`,
      ({ streams }) => streams.update(config.name, changed),
    );
  } catch (error) {
    if (!isShort && !hasCode(error, "timeout")) return; // Fewer copies are what its cluster has room for.
    if (!isApiError(error)) throw error;
    throw new ConfigError(
      "bucket",
      `cannot use the key-value bucket ${bucket}: it keeps values for ${
        max_age / NANOS
      } ms, and this driver needs ` +
        `${wantedAge / NANOS} ms; ${error.message}; change or delete it`,
      { cause: error },
    );
  }
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
