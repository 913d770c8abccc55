/** Follows a run's log over as many connections as it takes. @module */

import { backoffMs } from "../../async/backoff.ts";
import { linkedController } from "../../async/deadline.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { ConnectionError, hasCode } from "../../errors.ts";
import { isApiError } from "../errors.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import type { EntryOrder } from "./entry_order.ts";
import type { LogSource } from "./log_source.ts";
import { createRestartableTimer } from "./restartable_timer.ts";

/** Entries within a second that a server is trusted to send without a gap: it drops those that come while 256 wait. */
const MOST_AT_ONCE = 200;
/** How long to wait for what may have been dropped, in milliseconds: the store lags by up to 18 s. */
const DROPPED_MS = 30_000;

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
  order: EntryOrder,
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
      await followOnce(source, options, order, onOpen);
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
 * The server reads stored entries first and subscribes to new ones afterwards; entries in between are in neither. The headers
 * of the response may come as late as the first entry or heartbeat: so entries are held from before the first of them.
 */
async function followOnce(
  source: LogSource,
  { signal, idleTimeoutMs = 45_000 }: FollowOptions,
  order: EntryOrder,
  onOpen: () => void,
): Promise<void> {
  const { controller: connection, release } = linkedController(signal);
  const idle = createRestartableTimer(() =>
    connection.abort(new ConnectionError(`no data from the stream for ${idleTimeoutMs} ms`))
  );
  let burst = { until: 0, entries: 0 };
  const take = order.beginPass();
  order.hold();
  try {
    await source.read(
      {
        onOpen() {
          onOpen();
          order.hold();
          idle.start(idleTimeoutMs);
        },
        onActivity: () => idle.start(idleTimeoutMs),
        onGap: order.hold,
        onEntry(entry) {
          const now = performance.now();
          if (now > burst.until) burst = { until: now + 1000, entries: 0 };
          take(entry, ++burst.entries > MOST_AT_ONCE ? DROPPED_MS : 0);
        },
      },
      connection.signal,
      idleTimeoutMs,
    );
    if (!connection.signal.aborted) throw new ConnectionError("the server ended the stream");
  } finally {
    idle.stop();
    release();
  }
  if (!signal.aborted) throw connection.signal.reason;
}
