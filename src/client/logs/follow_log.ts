/** Follows a run's log over as many connections as it takes. @module */

import { backoffMs } from "../../async/backoff.ts";
import { linkedController } from "../../async/deadline.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { ConnectionError, hasCode } from "../../errors.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import { isApiError } from "../errors.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { type LogSource, SETTLE_MS } from "./log_source.ts";
import { createRestartableTimer } from "./restartable_timer.ts";

/** The longest time that further entries postpone the end of a replay, in milliseconds. */
const MAX_SETTLE_MS = 5000;

/** Receives the entries of a log. */
export interface EntrySink {
  /** Reads the stored entries and takes those that are missing. */
  backfill(): Promise<void>;
  /** Begins a pass over the log. The returned function takes its entries. */
  beginPass(): (entry: LogEntry) => void;
}

/** Options of {@linkcode followLog}. */
export interface FollowOptions extends Pick<StreamLogsOptions, "onReconnect" | "idleTimeoutMs"> {
  readonly signal: AbortSignal;
}

/**
 * Follows a log until the signal fires, and reconnects with back-off.
 *
 * @throws {ConveyorError} the first connection fails, or the server rejects a later one.
 */
export async function followLog(
  source: LogSource,
  options: FollowOptions,
  sink: EntrySink,
): Promise<void> {
  const { signal, onReconnect } = options;
  let attempt = 0;
  let everOpen = false;
  const onOpen = () => everOpen = true;
  const onSettled = () => attempt = 0;
  while (!signal.aborted) {
    try {
      await followOnce(source, options, sink, onOpen, onSettled);
    } catch (error) {
      if (signal.aborted) return;
      if (!everOpen || !isTemporary(error)) throw error;
      const delayMs = backoffMs(++attempt, { initialMs: 250, maxMs: 10_000 });
      onReconnect?.({ error, attempt, delayMs });
      await delayUnlessAborted(delayMs, signal);
    }
  }
}

/** Whether a log may be read again after an error. */
export function isTemporary(error: unknown): boolean {
  return hasCode(error, "connection") || hasCode(error, "timeout") ||
    (isApiError(error) && (error.status >= 500 || error.status === 429));
}

/**
 * Follows a log over one connection. Returns when the signal fires, throws when the connection is lost.
 *
 * The server reads stored entries first and subscribes to new ones afterwards; entries in between are in neither. So the
 * stored entries are read again once the replay is complete. The headers of the response may come as late as the first entry
 * or heartbeat: the first backfill does not wait for them, and a second one follows them.
 */
async function followOnce(
  source: LogSource,
  { signal, idleTimeoutMs = 45_000 }: FollowOptions,
  { backfill, beginPass }: EntrySink,
  onOpen: () => void,
  onSettled: () => void,
): Promise<void> {
  const { controller: connection, release } = linkedController(signal);
  const fail = (error: unknown) => connection.abort(error);
  const idle = createRestartableTimer(() =>
    fail(new ConnectionError(`no data for ${idleTimeoutMs} ms`))
  );
  const settle = createRestartableTimer(() => {
    if (idle.running) onSettled(); // It is open. One that ends at once counts as one that fails.
    void backfill().catch(fail);
  });
  let settleBy = 0;
  const awaitReplay = () => {
    settleBy = performance.now() + MAX_SETTLE_MS;
    settle.start(SETTLE_MS);
  };
  const take = beginPass();
  awaitReplay();
  try {
    await source.read(
      {
        onOpen() {
          onOpen();
          awaitReplay();
          idle.start(idleTimeoutMs);
        },
        onActivity: () => idle.start(idleTimeoutMs),
        onGap() {
          if (!settle.running) awaitReplay();
        },
        onEntry(entry) {
          if (settle.running) settle.start(Math.min(SETTLE_MS, settleBy - performance.now()));
          take(entry);
        },
      },
      connection.signal,
      idleTimeoutMs,
    );
    if (!connection.signal.aborted) throw new ConnectionError("the stream ended");
  } finally {
    idle.stop();
    settle.stop();
    release();
  }
  if (!signal.aborted) throw connection.signal.reason;
}
