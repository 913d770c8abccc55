/** Opens the session of a manager: detects the protocol, and opens sinks, journal and locks. @module */

import { createClient } from "../../client/create_client.ts";
import { isErrorLike, messageOf } from "../../errors.ts";
import { defaultSinks } from "../../logger/sinks/default_sinks.ts";
import type { Masker } from "../../logger/masking/masker.ts";
import { protocolOf, type ProtocolVersion, STREAMS } from "../../protocol/subjects.ts";
import { missingPermission } from "../../transport/errors.ts";
import type { Connection, StreamInfo } from "../../transport/transport.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { ManagerEvent } from "../events.ts";
import { isTimeout, openBucket } from "./open_bucket.ts";
import { openJournal } from "./open_journal.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { LOCK_BUCKET, ResourceLocks } from "./resource_locks.ts";
import { retryDelayMs } from "./retry_backoff.ts";
import type { Session } from "./session.ts";

/** What a session is opened with. */
export interface SessionSource {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  readonly connection: Connection;
  readonly masker: Masker;
  emit(event: ManagerEvent): void;
}

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
  const journal = protocol === "v2"
    ? await openJournal(source, stream.replicas, shuttingDown)
    : undefined;
  return {
    options,
    hooks: given,
    connection,
    protocol,
    get journal() {
      return journal?.();
    },
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
    let failure: unknown;
    try {
      const stream = await connection.streamInfo(STREAMS.messages);
      if (stream) return stream;
      emit({ type: "waiting-for-stream", driver, stream: STREAMS.messages });
    } catch (error) {
      if (signal.aborted) return undefined;
      failure = error;
      const message = `cannot look up the stream "${STREAMS.messages}": ${
        messageOf(error)
      }; retrying`;
      emit({ type: "warning", code: "stream-info", message, ...isErrorLike(error) && { error } });
    }
    await delayUnlessAborted(retryDelayMs(attempt, failure), signal);
  }
  return undefined;
}

/** Without its locks, an exclusive driver must not start. */
const isTransient = (error: unknown) => isTimeout(error) || missingPermission(error) !== undefined;

async function openLocks(
  source: SessionSource,
  replicas: number,
  signal: AbortSignal,
): Promise<ResourceLocks> {
  const { options, emit } = source;
  const ttlMs = options.ackWaitMs;
  const bucket = await openBucket(source, LOCK_BUCKET, { ttlMs, replicas }, signal, isTransient);
  return new ResourceLocks(bucket, {
    ttlMs,
    onError: (error) =>
      emit({
        type: "warning",
        code: "lock",
        message: `cannot renew or release a resource lock: ${error.message}`,
        error,
      }),
  });
}
