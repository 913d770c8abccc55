/** Opens what all drivers of a manager share: learns the server's generation, and sets up sinks, journal and locks. @module */

import { backoffMs } from "../../async/backoff.ts";
import { createClient } from "../../client/create_client.ts";
import { hasCode, messageOf } from "../../errors.ts";
import { defaultSinks } from "../../logger/sinks/default_sinks.ts";
import type { Masker } from "../../logger/masking/masker.ts";
import { protocolOf, type ProtocolVersion, STREAMS } from "../../protocol/subjects.ts";
import type {
  Connection,
  KeyValue,
  KeyValueOptions,
  StreamInfo,
} from "../../transport/transport.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { ManagerEvent } from "../events.ts";
import { OutcomeJournal } from "./outcome_journal.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { LOCK_BUCKET, ResourceLocks } from "./resource_locks.ts";
import type { Session } from "./session.ts";

/** What a session is opened from. */
export interface SessionSource {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  readonly connection: Connection;
  readonly masker: Masker;
  readonly shuttingDown: AbortSignal;
  emit(event: ManagerEvent): void;
}

const STREAM_BACKOFF = { initialMs: 250, maxMs: 5000 } as const;

/** Opens a session. Waits for the `messages` stream; gives `undefined` when the signal fires first. */
export async function openSession(
  source: SessionSource,
  signal: AbortSignal,
): Promise<Session | undefined> {
  const stream = await waitForStream(source, signal);
  if (!stream) return undefined;
  const { given, options, connection, masker, shuttingDown, emit } = source;
  const protocol: ProtocolVersion = options.protocol ?? protocolOf(stream.subjects);
  let client = given.client;
  return {
    options,
    hooks: given,
    connection,
    protocol,
    journal: protocol === "v2" ? await openJournal(source, stream.replicas, signal) : undefined,
    locks: options.exclusive ? await openLocks(source, stream.replicas, signal) : undefined,
    sinks: given.sinks ??
      defaultSinks({ connection, protocol, console: given.console ?? true }),
    sinkTotals: new Map(),
    masker,
    /** Made when a reconcile first asks for it: most never do. */
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
      const message = `the stream ${STREAMS.messages} could not be looked up: ${
        messageOf(error)
      }; trying again`;
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
  const { bucket, ttlMs } = options.journal;
  const warn = (code: string, message: string, error: Error) =>
    emit({ type: "warning", code, message, error });
  try {
    const wanted = { ttlMs, replicas: options.journal.replicas ?? replicas };
    const store = await openBucket(source, bucket, wanted, signal);
    return new OutcomeJournal(
      connection,
      store,
      (error) =>
        warn(
          "journal-write",
          `an outcome could not be recorded in ${bucket}: ${error.message}`,
          error,
        ),
    );
  } catch (error) {
    if (signal.aborted) return undefined;
    warn(
      "journal-unavailable",
      `the outcome journal ${bucket} cannot be opened (${
        messageOf(error)
      }): a run whose process dies between its result and ` +
        "its acknowledgement may store a second result after the stream's duplicate window; allow the bucket, or pass " +
        "journal: false to run without it",
      error as Error,
    );
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
  const bucket = await openBucket(source, LOCK_BUCKET, { ttlMs, replicas }, signal);
  return new ResourceLocks(connection, bucket, {
    ttlMs,
    onError: (error) =>
      emit({
        type: "warning",
        code: "lock",
        message: `a resource's lock: ${error.message}`,
        error,
      }),
  });
}

/** Opens a bucket; a broker that is slow to answer, such as a cluster that elects a leader, is asked again. */
async function openBucket(
  { connection, emit }: SessionSource,
  name: string,
  options: KeyValueOptions,
  signal: AbortSignal,
): Promise<KeyValue> {
  for (let attempt = 1;; attempt++) {
    try {
      return await connection.keyValue(name, options);
    } catch (error) {
      if (signal.aborted || !hasCode(error, "timeout")) throw error;
      const message = `the bucket ${name} could not be opened: ${error.message}; trying again`;
      emit({ type: "warning", code: "bucket-slow", message, error });
      await delayUnlessAborted(backoffMs(attempt, STREAM_BACKOFF), signal);
    }
  }
}
