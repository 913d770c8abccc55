/** The stream of a run's log: its entries once each, in order, and its end. @module */

import { linkedController } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { isObject } from "../../protocol/json.ts";
import type { LogEntry } from "../../protocol/log_entry.ts";
import type { LogStream, StreamLogsOptions } from "../log_options.ts";
import { createEntryOrder, type EntryOrder } from "./entry_order.ts";
import { createEntryQueue } from "./entry_queue.ts";
import { followLog, isTemporary } from "./follow_log.ts";
import { createLogProgress, type LogProgress } from "./log_progress.ts";
import { type LogSource, SETTLE_MS } from "./log_source.ts";

/** How long after the last new entry the store is asked for others that must exist: it lags by up to 18 s. */
const LAG_MS = 30_000;
/** The same for a step of another SDK. */
const WINDOW_MS = 5000;
/** The longest time between two reads of the stored entries while some are missing, in milliseconds. */
const MAX_POLL_MS = 2000;

type Options = Omit<StreamLogsOptions, "runId">;

/** Streams the log of `source`. See {@linkcode Client.streamLogs}. */
export function streamEntries(source: LogSource, options: Options): LogStream {
  const progress = createLogProgress();
  let drivers = options.driver === undefined ? undefined : [options.driver];
  options.until?.catch(() => {}); // The stream throws it to its reader.

  async function* stream(): AsyncGenerator<LogEntry, void, void> {
    const { controller: stop, release } = linkedController(options.signal);
    const queue = createEntryQueue<LogEntry>();
    const order = createEntryOrder(() => source.list(stop.signal), progress, queue.push);
    const producer = produce(order, stop.signal).then(
      () => queue.end(),
      (error) => queue.end(stop.signal.aborted ? undefined : error),
    );
    try {
      yield* queue;
    } finally {
      stop.abort();
      release();
      await producer;
    }
  }

  async function produce(order: EntryOrder, signal: AbortSignal): Promise<void> {
    const { follow = true, until } = options;
    if (signal.aborted) return;
    if (!follow) return await order.catchUp();
    const { controller: live, release } = linkedController(signal);
    const following = followLog(source, { ...options, signal: live.signal }, order);
    const waits: Promise<void>[] = [following, keepUp(order, live.signal)];
    if (until) {
      waits.push(until.then((outcome) => {
        drivers ??= driversOf(outcome);
        return untilWhole(order, signal);
      }));
    }
    try {
      await Promise.race(waits);
    } finally {
      live.abort();
      release();
      order.release();
    }
    await following;
  }

  /** Reads the stored entries until the steps' logs are whole, or no more entries come. */
  async function untilWhole(order: EntryOrder, signal: AbortSignal): Promise<void> {
    let [size, since] = [progress.size, performance.now()];
    const isWhole = () => drivers && !order.holding && progress.incomplete(drivers).length === 0;
    for (let pauseMs = 250; !isWhole(); pauseMs = Math.min(pauseMs * 2, MAX_POLL_MS)) {
      order.hold();
      await delay(pauseMs, signal);
      await order.catchUp().catch(throwUnlessTemporary);
      const now = performance.now();
      if (progress.size > size) [size, since] = [progress.size, now];
      const missing = progress.incomplete(drivers);
      if (missing.every((driver) => now - since >= patience(progress, driver, options))) return;
    }
  }

  return {
    [Symbol.asyncIterator]: stream,
    get incomplete() {
      return progress.incomplete(drivers);
    },
    get complete() {
      return progress.size > 0 && progress.incomplete(drivers).length === 0;
    },
  };
}

/** Reads the stored entries whenever the live ones may have gaps. */
async function keepUp(order: EntryOrder, signal: AbortSignal): Promise<never> {
  for (let pauseMs = SETTLE_MS;;) {
    await delay(pauseMs, signal);
    if (order.holding) await order.catchUp().catch(throwUnlessTemporary);
    pauseMs = order.holding ? Math.min(pauseMs * 2, MAX_POLL_MS) : SETTLE_MS;
  }
}

function throwUnlessTemporary(error: unknown): void {
  if (!isTemporary(error)) throw error;
}

function patience(progress: LogProgress, driver: string, { windowMs }: Options): number {
  const sign = progress.sign(driver);
  if (sign === "own") return LAG_MS;
  return windowMs ?? (sign === "other" ? WINDOW_MS : LAG_MS);
}

/** Returns the drivers of a run's outcome. */
function driversOf(outcome: unknown): string[] | undefined {
  const drivers = isObject(outcome) && outcome["drivers"];
  return Array.isArray(drivers) ? drivers : undefined;
}
