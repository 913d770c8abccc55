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
import { AttemptCounts } from "./attempt_counts.ts";
import { isPassing, openBucket } from "./open_bucket.ts";
import { openOutcomes } from "./open_outcomes.ts";
import { OutcomeJournal } from "./outcome_journal.ts";
import type { Meters } from "../meters.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import type { InContext } from "../../runtime/async_context.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";
import { LOCK_BUCKET, LOCK_STREAM, ResourceLocks } from "./resource_locks.ts";
import { retryDelayMs } from "./retry_backoff.ts";
import type { Session } from "./session.ts";
import { BrokerClock } from "../staleness/broker_clock.ts";
import { Staleness } from "../staleness/staleness.ts";

/** What a session is opened with. */
export interface SessionSource {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  readonly connection: Connection;
  readonly masker: Masker;
  readonly meters: Meters;
  readonly inContext: InContext;
  emit(event: ManagerEvent): void;
}

/** Opens a session. Waits for the `messages` stream and the locks; returns `undefined` when the signal fires first. */
export function openSession(
  source: SessionSource,
  shuttingDown: AbortSignal,
): Promise<Session | void> {
  return waitAndOpen(source, shuttingDown).catch((error: unknown) => {
    if (!shuttingDown.aborted) throw error;
  });
}

async function waitAndOpen(
  source: SessionSource,
  shuttingDown: AbortSignal,
): Promise<Session> {
  const stream = await waitForStream(source, shuttingDown);
  const { given, options, connection, masker, meters, inContext, emit } = source;
  const { telemetry } = given;
  let protocol: ProtocolVersion = options.protocol ?? protocolOf(stream.subjects);
  let client = given.client;
  const clientOf = () =>
    client ??= createClient({
      protocol,
      credentials: given.credentials,
      onRequest: ({ headers }) => telemetry?.propagate(headers),
      onResponse: ({ status }) => meters.responded(status),
    });
  const locks = options.exclusive
    ? await openLocks(source, stream.replicas, shuttingDown)
    : undefined;
  const clock = new BrokerClock(stream.serverTimeMs);
  const staleness = options.checksStaleness
    ? new Staleness({ connection, client: clientOf, clock, shuttingDown, emit })
    : undefined;
  const open = () => openOutcomes(source, stream.replicas, shuttingDown);
  // On v1, which has no results to record, only attempts are: the bucket is opened when the first one has to be.
  let opened = protocol === "v2" ? open() : undefined;
  let outcomes = await opened;
  let keepsMs = stream.maxAgeMs;
  const createSinks = () =>
    given.sinks ?? defaultSinks({ connection, protocol, console: given.console ?? true });
  let sinks = createSinks();
  const allSinks = [...sinks];
  let journal: OutcomeJournal | undefined;
  return {
    options,
    hooks: {
      captureConsole: given.captureConsole,
      onPoison: bound(inContext, given.onPoison),
      onDeadLetter: bound(inContext, given.onDeadLetter),
    },
    connection,
    get protocol() {
      return protocol;
    },
    get keepsMs() {
      return keepsMs;
    },
    clock,
    async detectProtocol({ subjects, maxAgeMs, serverTimeMs }) {
      keepsMs = maxAgeMs;
      clock.learn(serverTimeMs);
      const found = options.protocol ?? protocolOf(subjects);
      if (found === protocol) return;
      const message = `the server's protocol has changed from ${protocol} to ${found}`;
      protocol = found;
      emit({ type: "warning", code: "protocol", message });
      if (found === "v2") outcomes = await (opened ??= open());
      if (given.sinks) return;
      sinks = createSinks();
      allSinks.push(...sinks);
      if (!given.client) client = undefined;
    },
    get journal() {
      const bucket = protocol === "v2" ? outcomes?.() : undefined;
      return bucket && (journal ??= createJournal(source, bucket));
    },
    attempts: new AttemptCounts(async () => (await (opened ??= open()))()),
    locks,
    get sinks() {
      return sinks;
    },
    allSinks,
    sinkTotals: new Map(),
    masker,
    meters,
    reportsAttempts: given.onEvent !== undefined || options.runLog !== "off",
    telemetry,
    /** Created when a reconcile first uses it: most never do. */
    get client() {
      return clientOf();
    },
    staleness,
    inContext,
    shuttingDown,
    emit,
  };
}

function bound<Event, End>(
  inContext: InContext,
  hook: ((event: Event) => End) | undefined,
): ((event: Event) => End) | undefined {
  return hook && ((event) => inContext(() => hook(event)));
}

async function waitForStream(
  { connection, options, emit }: SessionSource,
  signal: AbortSignal,
): Promise<StreamInfo> {
  const driver = options.drivers.map(({ name }) => name).join(", ");
  for (let attempt = 1;; attempt++) {
    signal.throwIfAborted();
    let failure: unknown;
    try {
      const stream = await connection.streamInfo(STREAMS.messages);
      if (stream) return stream;
      emit({ type: "waiting-for-stream", driver, stream: STREAMS.messages });
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
      const message = `cannot look up the stream "${STREAMS.messages}": ${
        messageOf(error)
      }; retrying`;
      emit({ type: "warning", code: "stream-info", message, ...isErrorLike(error) && { error } });
    }
    await delayUnlessAborted(retryDelayMs(attempt, failure), signal);
  }
}

/** Without its locks, an exclusive driver must not start. */
const isTransient = (error: unknown) => isPassing(error) || missingPermission(error) !== undefined;

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
  const { options, emit } = source;
  const ttlMs = options.ackWaitMs;
  const warn = (code: string, message: string, error: Error) =>
    emit({ type: "warning", code, message, error });
  const onUnavailable = (error: Error) =>
    warn(
      "locks-unavailable",
      `cannot use the resource locks "${LOCK_BUCKET}": ${messageOf(error)}; runs go on without ` +
        "them, so that two processes may reconcile one resource at a time; allow the bucket",
      error,
    );
  const wanted = { name: LOCK_BUCKET, options: { ttlMs, replicas }, onUnavailable, isTransient };
  const bucket = await openBucket(source, wanted, signal);
  const locks = new ResourceLocks(bucket, {
    ttlMs,
    lookUpTtl: async () => {
      const found = await source.connection.streamInfo(LOCK_STREAM).catch(() => {});
      return Math.min(ttlMs, found?.duplicateWindowMs ?? ttlMs); // A bucket's window is no longer than its values live.
    },
    onError: (error) =>
      warn("lock", `cannot renew or release a resource lock: ${error.message}`, error),
  });
  await locks.refresh();
  return locks;
}
