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
import { AttemptCounts } from "./attempt_counts.ts";
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
  const outcomes = async () =>
    options.journal && await openOutcomes(source, options.journal, stream.replicas, shuttingDown);
  // On v1, which has no results to record, only attempts are: the bucket is opened when the first one has to be.
  let opened = protocol === "v2" ? outcomes() : undefined;
  const bucket = await opened;
  let client = given.client;
  return {
    options,
    hooks: given,
    connection,
    protocol,
    journal: bucket && createJournal(source, bucket),
    attempts: new AttemptCounts(() => opened ??= outcomes()),
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

/** Opens the bucket of outcomes and attempts; `undefined` when it cannot be used. Never rejects. */
async function openOutcomes(
  source: SessionSource,
  journal: NonNullable<ResolvedOptions["journal"]>,
  replicas: number,
  signal: AbortSignal,
): Promise<RecoverableBucket | undefined> {
  const { bucket: name, ttlMs } = journal;
  const unavailable = (error: Error) =>
    source.emit({
      type: "warning",
      code: "journal-unavailable",
      message:
        `cannot use the outcome journal "${name}": ${
          messageOf(error)
        }; a run whose process dies between its result and its ` +
        "acknowledgement may store a second result after the stream's duplicate window, and attempts of other processes are " +
        "not counted; allow the bucket, or pass journal: false to run without it",
      error,
    });
  try {
    const wanted = { ttlMs, replicas: journal.replicas ?? replicas };
    return await openBucket(source, name, wanted, signal, unavailable);
  } catch (error) {
    if (!signal.aborted) unavailable(error as Error);
    return undefined;
  }
}

function createJournal(
  { connection, options, emit }: SessionSource,
  bucket: RecoverableBucket,
): OutcomeJournal {
  return new OutcomeJournal(connection, bucket, (error) =>
    emit({
      type: "warning",
      code: "journal-write",
      message:
        `cannot record an outcome in the bucket "${options.journal?.bucket}": ${error.message}`,
      error,
    }));
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
