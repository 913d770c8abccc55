/** Key-value buckets over the JetStream API. @module */

import { ConnectionError, hasCode } from "../../../errors.ts";
import { NoStreamError } from "../../errors.ts";
import {
  bucketStream,
  bucketSubject,
  checkBucketName,
  type LastMessage,
} from "../../shared/stream_bucket.ts";
import type { KeyValueOptions } from "../../transport.ts";
import { API_ERROR, type JetStreamApiError, requestApi } from "./api.ts";
import type { RequestMux } from "../core/request_mux.ts";
import { NANOS, undefinedOn } from "./streams.ts";

interface WireMessage {
  readonly message: {
    readonly seq: number;
    readonly time: string;
    /** Base64. */
    readonly data?: string;
    /** Base64. */
    readonly hdrs?: string;
  };
}

const DUPLICATE_WINDOW_MS = 120_000;

/** Creates a bucket's stream, with the configuration of all NATS clients, unless it exists. */
export async function ensureBucket(
  mux: RequestMux,
  bucket: string,
  { ttlMs, storage = "file", replicas = 1 }: KeyValueOptions,
): Promise<void> {
  checkBucketName(bucket);
  const name = bucketStream(bucket);
  const action = `open the key-value bucket ${bucket}`;
  const found = await undefinedOn(
    API_ERROR.streamNotFound,
    requestApi(mux, action, `STREAM.INFO.${name}`),
  );
  if (found) return;
  const config = {
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
  };
  // Another instance may create it at the same time, in another version with another time to live.
  await undefinedOn(
    API_ERROR.streamNameInUse,
    requestApi(mux, action, `STREAM.CREATE.${name}`, config),
  );
}

/** Returns the last message on a subject. The stream's leader responds: a follower may not have the latest yet. */
export async function lastMessage(
  mux: RequestMux,
  stream: string,
  subject: string,
): Promise<LastMessage | undefined> {
  const found = await undefinedOn(
    API_ERROR.messageNotFound,
    requestApi<WireMessage>(mux, `read ${subject}`, `STREAM.MSG.GET.${stream}`, {
      last_by_subj: subject,
    }),
  ).catch((error) => {
    throw isStreamNotFound(error) ? new NoStreamError(error.message, { cause: error }) : error;
  });
  if (!found) return undefined;
  const { seq, time, data = "", hdrs = "" } = found.message;
  const headers = new TextDecoder().decode(fromBase64(subject, hdrs));
  return {
    value: fromBase64(subject, data),
    revision: seq,
    timestampMs: Date.parse(time),
    header: (name) =>
      headers.split("\r\n").find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1)
        .trim(),
  };
}

function isStreamNotFound(error: unknown): error is JetStreamApiError {
  return hasCode(error, "broker") &&
    (error as JetStreamApiError).errorCode === API_ERROR.streamNotFound;
}

function fromBase64(subject: string, text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new ConnectionError(`cannot read ${subject}: the server's response is not base64`, {
      cause,
    });
  }
}
