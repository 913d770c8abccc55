/**
 * Key-value buckets over a stream, in the layout of all NATS clients: one message a key, and markers for deleted keys.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-8.md
 * @module
 */

import { ConfigError, hasCode } from "../../errors.ts";
import { bucketStream } from "../key_value.ts";
import type { Connection, KeyValue, KeyValueEntry } from "../transport.ts";

/** The operations on a bucket's stream. */
export interface BucketStore extends Pick<Connection, "publishConfirmed" | "subscribe"> {
  /** Returns the subject to write a key at. @default {the subject of the key} */
  writeSubject?(subject: string): string;
  /** Calls `onRemoved` on a removal, until the returned function is called. @default {a subscription to the subject} */
  watchRemovals?(stream: string, subject: string, onRemoved: () => void): () => void;
  /** Returns the last message on a subject of a stream. */
  lastMessage(stream: string, subject: string): Promise<LastMessage | undefined>;
}

/** The last message on a subject. */
export interface LastMessage extends KeyValueEntry {
  /** Returns a header's value. */
  header(name: string): string | undefined;
}

const OPERATION = "KV-Operation";

/** Returns the subject of a key. */
export function bucketSubject(bucket: string, key: string): string {
  return `$KV.${bucket}.${key}`;
}

/**
 * Checks the name of a bucket.
 *
 * @throws {ConfigError} when it contains anything but letters, digits, `-` and `_`.
 */
export function checkBucketName(bucket: string): void {
  if (/^[-\w]+$/.test(bucket)) return;
  throw new ConfigError(
    "bucket",
    `cannot open the key-value bucket ${JSON.stringify(bucket)}: invalid name; ` +
      'use letters, digits, "-" and "_"',
  );
}

/** Encodes texts as a key: parts joined by dots, other characters as `=` and the two hex digits of each byte. */
export function keyOf(...parts: string[]): string {
  let key = "";
  for (const part of parts) key += key === "" ? encodePart(part) : `.${encodePart(part)}`;
  return key;
}

const encoder = new TextEncoder();

function encodePart(part: string): string {
  if (part === "") return "=";
  return part.replace(/[^-/\w]+/g, (others) => {
    let encoded = "";
    for (const byte of encoder.encode(others)) encoded += `=${byte.toString(16).padStart(2, "0")}`;
    return encoded;
  });
}

/** Opens the bucket of an existing stream. */
export function openBucket(store: BucketStore, bucket: string): KeyValue {
  const stream = bucketStream(bucket);

  const last = (key: string) => store.lastMessage(stream, bucketSubject(bucket, checkedKey(key)));

  const writeSubject = (key: string) => {
    const subject = bucketSubject(bucket, checkedKey(key));
    return store.writeSubject?.(subject) ?? subject;
  };

  const write = async (
    key: string,
    value: Uint8Array,
    expectLastSubjectSequence?: number,
    headers?: Record<string, string>,
  ): Promise<number | undefined> => {
    const subject = writeSubject(key);
    const options = {
      ...(expectLastSubjectSequence === undefined ? {} : { expectLastSubjectSequence }),
      ...(headers === undefined ? {} : { headers }),
    };
    try {
      return (await store.publishConfirmed(subject, value, options)).sequence;
    } catch (error) {
      if (hasCode(error, "wrong-sequence")) return undefined;
      throw error;
    }
  };

  return {
    key: keyOf,
    writeSubject,
    async get(key) {
      const found = await last(key);
      if (!found || isMarker(found)) return undefined;
      const { value, revision, timestampMs } = found;
      return { value, revision, timestampMs };
    },
    async put(key, value) {
      return await write(key, value) as number;
    },
    async create(key, value) {
      const revision = await write(key, value, 0);
      if (revision !== undefined) return revision;
      const found = await last(key);
      return found && isMarker(found) ? await write(key, value, found.revision) : undefined;
    },
    update: (key, value, revision) => write(key, value, revision),
    async delete(key, revision) {
      const found = revision === undefined ? await last(key) : undefined;
      if (revision === undefined && (!found || isMarker(found))) return false;
      const marked = await write(key, new Uint8Array(), revision, { [OPERATION]: "DEL" });
      return marked !== undefined;
    },
    onRemoved(key, listener) {
      const subject = bucketSubject(bucket, checkedKey(key));
      if (store.watchRemovals) return store.watchRemovals(stream, subject, listener);
      const watch = store.subscribe(subject, ({ data }) => data.length === 0 && listener());
      return () => watch.unsubscribe();
    },
  };
}

/** Whether a message of a bucket is the marker of a removal. */
export function isMarker(message: Pick<LastMessage, "header">): boolean {
  const operation = message.header(OPERATION);
  return operation === "DEL" || operation === "PURGE";
}

function checkedKey(key: string): string {
  if (/^[-/=\w]+(\.[-/=\w]+)*$/.test(key)) return key;
  throw new ConfigError(
    "key",
    `cannot use ${
      JSON.stringify(key)
    } as a key: a key must be letters, digits and - / _ = . only; ` +
      "create it with key()",
  );
}
