/** Opens the session of a manager: detects the protocol, and opens sinks, journal and locks. @module */

import { backoffMs } from "../../async/backoff.ts";
import { createClient } from "../../client/create_client.ts";
import { hasCode, messageOf } from "../../errors.ts";
import { defaultSinks } from "../../logger/sinks/default_sinks.ts";
import type { Masker } from "../../logger/masking/masker.ts";
import { protocolOf, type ProtocolVersion, STREAMS } from "../../protocol/subjects.ts";
import type { Connection, KeyValueOptions, StreamInfo } from "../../transport/transport.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { ManagerEvent } from "../events.ts";
import { OutcomeJournal } from "./outcome_journal.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { RecoverableBucket } from "./recoverable_bucket.ts";
import { LOCK_BUCKET, ResourceLocks } from "./resource_locks.ts";
import type { Session } from "./session.ts";

/** What a session is opened with. */
export interface SessionSource {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  readonly connection: Connection;
  readonly masker: Masker;
  emit(event: ManagerEvent): void;
}

const STREAM_BACKOFF = { initialMs: 250, maxMs: 5000 } as const;

/** Opens a session. Waits for the `messages` stream; returns `undefined` when the signal fires first. */
export async function openSession(
  source: SessionSource,
  shuttingDown: AbortSignal,
): Promise<Session | undefined> {
  const stream = await waitForStream(source, shuttingDown);
  if (!stream) return undefined;
  const { given, options, connection, masker, emit } = source;
  const protocol: ProtocolVersion = options.protocol ?? protocolOf(stream.subjects);
  let client = given.client;
  return {
    options,
    hooks: given,
    connection,
    protocol,
    journal: protocol === "v2"
      ? await openJournal(source, stream.replicas, shuttingDown)
      : undefined,
    locks: options.exclusive ? await openLocks(source, stream.replicas, shuttingDown) : undefined,
    sinks: given.sinks ??
      defaultSinks({ connection, protocol, console: given.console ?? true }),
    sinkTotals: new Map(),
    masker,
    /** Created when a reconcile first uses it: most never do. */
    get client() {
      return client ??= createClient({ protocol, credentials: given.credentials });
    },
    shuttingDown,
    emit,
  };
}

async function waitForStream(
  { connection, options, emit }: SessionSource,
  signal: AbortSignal,
): Promise<StreamInfo | undefined> {
  const driver = options.drivers.map(({ name }) => name).join(", ");
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const stream = await connection.streamInfo(STREAMS.messages);
      if (stream) return stream;
      emit({ type: "waiting-for-stream", driver, stream: STREAMS.messages });
    } catch (error) {
      if (signal.aborted) return undefined;
      const message = `cannot look up the stream "${STREAMS.messages}": ${
        messageOf(error)
      }; retrying`;
      emit({ type: "warning", code: "stream-info", message });
    }
    await delayUnlessAborted(backoffMs(attempt, STREAM_BACKOFF), signal);
  }
  return undefined;
}

async function openJournal(
  source: SessionSource,
  replicas: number,
  signal: AbortSignal,
): Promise<OutcomeJournal | undefined> {
  const { connection, options, emit } = source;
  if (!options.journal) return undefined;
  const { bucket: name, ttlMs } = options.journal;
  const warn = (code: string, message: string, error: Error) =>
    emit({ type: "warning", code, message, error });
  const unavailable = (error: Error) =>
    warn(
      "journal-unavailable",
      `cannot use the outcome journal "${name}": ${
        messageOf(error)
      }; a run whose process dies between its result and its ` +
        "acknowledgement may store a second result after the stream's duplicate window; allow the bucket, or pass " +
        "journal: false to run without it",
      error,
    );
  try {
    const wanted = { ttlMs, replicas: options.journal.replicas ?? replicas };
    const bucket = await openBucket(source, name, wanted, signal, unavailable);
    return new OutcomeJournal(
      connection,
      bucket,
      (error) =>
        warn(
          "journal-write",
          `cannot record an outcome in the bucket "${name}": ${error.message}`,
          error,
        ),
    );
  } catch (error) {
    if (!signal.aborted) unavailable(error as Error);
    return undefined;
  }
}

async function openLocks(
  source: SessionSource,
  replicas: number,
  signal: AbortSignal,
): Promise<ResourceLocks> {
  const { connection, options, emit } = source;
  const ttlMs = options.ackWaitMs;
  const warn = (code: string, message: string, error: Error) =>
    emit({ type: "warning", code, message, error });
  const unavailable = (error: Error) =>
    warn(
      "locks-unavailable",
      `cannot use the resource locks "${LOCK_BUCKET}": ${messageOf(error)}; runs go on without ` +
        "them, so that two processes may reconcile one resource at a time; allow the bucket",
      error,
    );
  const bucket = await openBucket(source, LOCK_BUCKET, { ttlMs, replicas }, signal, unavailable);
  return new ResourceLocks(connection, bucket, {
    ttlMs,
    onError: (error) =>
      warn("lock", `cannot renew or release a resource lock: ${error.message}`, error),
  });
}

/** Opens a bucket. Retries after a time-out, such as that of a cluster that elects a leader. */
async function openBucket(
  { connection, emit }: SessionSource,
  name: string,
  options: KeyValueOptions,
  signal: AbortSignal,
  onUnavailable: (error: Error) => void,
): Promise<RecoverableBucket> {
  const open = () => connection.keyValue(name, options);
  for (let attempt = 1;; attempt++) {
    try {
      const bucket = await open();
      return new RecoverableBucket({ connection, bucket, reopen: open, onUnavailable });
    } catch (error) {
      if (signal.aborted || !hasCode(error, "timeout")) throw error;
      const message = `cannot open the bucket "${name}": ${error.message}; retrying`;
      emit({ type: "warning", code: "bucket-slow", message, error });
      await delayUnlessAborted(backoffMs(attempt, STREAM_BACKOFF), signal);
    }
  }
}
