/** A run's log, live, over as many connections as it takes. @module */

import { backoffMs } from "../../async/backoff.ts";
import { linkedController } from "../../async/deadline.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { ConnectionError, hasCode } from "../../errors.ts";
import type { LogEntry } from "../../protocol/log_entry.ts";
import { isApiError } from "../errors.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { type LogSource, SETTLE_MS } from "./log_source.ts";
import { createTimer } from "./restartable_timer.ts";

/** The longest that entries which keep coming put off the end of a replay, in milliseconds. */
const SETTLE_AT_MOST_MS = 5000;

/** Where entries go. */
export interface EntrySink {
  /** Takes what is stored and has not come yet. */
  fill(): Promise<void>;
  /** Begins another reading of the log. */
  reading(): (entry: LogEntry) => void;
}

/** How to follow. */
export interface FollowOptions extends Pick<StreamLogsOptions, "onReconnect" | "idleTimeoutMs"> {
  readonly signal: AbortSignal;
}

/** Follows a log until the signal fires. Throws when the first connection fails, or when the server refuses a later one. */
export async function followLog(
  source: LogSource,
  options: FollowOptions,
  taking: EntrySink,
): Promise<void> {
  const { signal, onReconnect } = options;
  let attempt = 0;
  let everOpen = false;
  const onOpen = () => {
    everOpen = true;
    attempt = 0;
  };
  while (!signal.aborted) {
    try {
      await followOnce(source, options, taking, onOpen);
    } catch (error) {
      if (signal.aborted) return;
      if (!everOpen || !isPassing(error)) throw error;
      const delayMs = backoffMs(++attempt, { initialMs: 250, maxMs: 10_000 });
      onReconnect?.({ error, attempt, delayMs });
      await delayUnlessAborted(delayMs, signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  return hasCode(error, "connection") || hasCode(error, "timeout") ||
    (isApiError(error) && (error.status >= 500 || error.status === 429));
}

/**
 * Follows a log over one connection. Returns when the signal fires, throws when the connection is lost.
 *
 * The server reads what is stored and only then listens to what is live; what falls in between is in neither. So, once
 * the replay has gone quiet, the store is read again. The headers of the answer may come as late as the first entry or
 * heartbeat, hence that does not wait for them, and is done again after them.
 */
async function followOnce(
  source: LogSource,
  { signal, idleTimeoutMs = 45_000 }: FollowOptions,
  { fill, reading }: EntrySink,
  onOpen: () => void,
): Promise<void> {
  const { controller: connection, release } = linkedController(signal);
  const breakOff = (error: unknown) => connection.abort(error);
  const idle = createTimer(() =>
    breakOff(new ConnectionError(`the stream was silent for ${idleTimeoutMs} ms`))
  );
  const settle = createTimer(() => void fill().catch(breakOff));
  let settleBy = 0;
  const awaitSettling = () => {
    settleBy = performance.now() + SETTLE_AT_MOST_MS;
    settle.start(SETTLE_MS);
  };
  const take = reading();
  awaitSettling();
  try {
    await source.read(
      {
        onOpen() {
          onOpen();
          awaitSettling();
          idle.start(idleTimeoutMs);
        },
        onActivity: () => idle.start(idleTimeoutMs),
        onEntry(entry) {
          if (settle.running) settle.start(Math.min(SETTLE_MS, settleBy - performance.now()));
          take(entry);
        },
      },
      connection.signal,
      idleTimeoutMs,
    );
    if (!connection.signal.aborted) throw new ConnectionError("the server ended the stream");
  } finally {
    idle.stop();
    settle.stop();
    release();
  }
  if (!signal.aborted) throw connection.signal.reason;
}
