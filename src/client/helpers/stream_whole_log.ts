/** Streams whole logs. @module */

import { linkedController } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { isObject } from "../../encoding/json.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { Client } from "../client.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { createEntryOrder, type EntryOrder } from "../logs/entry_order.ts";
import { produced } from "../logs/entry_queue.ts";
import { isTemporary } from "../logs/follow_log.ts";
import { createLogProgress, type LogProgress } from "../logs/log_progress.ts";
import { SETTLE_MS } from "../logs/log_source.ts";

/** Options of {@linkcode streamWholeLog}. */
export interface StreamWholeLogOptions extends Omit<StreamLogsOptions, "follow"> {
  /**
   * Ends the stream when it fulfils and the log is whole; when it rejects, the stream throws its error. For example the
   * promise of `waitForRun`: its outcome names the `drivers` whose logs are waited for. Without them, those that have shown
   * entries are.
   */
  until?: Promise<unknown> | undefined;
  /**
   * How long to wait, after `until` and the last new entry, for a step whose log does not say where it ends, in milliseconds:
   * one of another SDK, or with the run's own log off. @default {"5000, and 30000 for one without any entry"}
   */
  windowMs?: number | undefined;
}

/** The entries of a run's log, and whether they are all of them. */
export interface WholeLog extends AsyncIterable<LogEntry> {
  /** Whether each step's log has been read to its end, as far as the stream has come. */
  readonly complete: boolean;
  /** The drivers whose log may lack entries, as far as the stream has come. */
  readonly incomplete: readonly string[];
}

/** How long after the last new entry the store is asked for others that must exist: it lags by up to 18 s. */
const LAG_MS = 30_000;
/** The same for a step of another SDK. */
const WINDOW_MS = 5000;
/** The longest time between two reads of the stored entries while some are missing, in milliseconds. */
const MAX_POLL_MS = 2000;
/** Entries at once that a server is trusted to send without a gap: it drops those that come while 256 wait. */
const MOST_AT_ONCE = 128;
/** Entries that it has sent by then, for each millisecond. */
const SENT_PER_MS = 0.1;

/**
 * Streams a run's log as {@linkcode Client.streamLogs} does, whole and in order. Servers drop live entries that come too fast
 * and store them seconds after the run's end: so entries are held back while earlier ones may be missing, and after `until` the
 * stored ones are read until the log is whole. The last entry that a driver of this package writes says how many there are.
 * Other SDKs write none: their steps are given `windowMs`, and `complete` is `false` then.
 *
 * @example
 * ```ts
 * import { createClient, streamWholeLog, waitForRun } from "@conveyor/driver/client";
 *
 * const client = createClient();
 * const site = { name: "web", resource: "workflow", pipeline: "ship", spec: {} };
 * const { runId } = await client.createResource(site);
 * const until = waitForRun(client, { ...site, runId, steps: ["build", "deploy"] });
 * const log = streamWholeLog(client, { runId, until });
 * for await (const { driver, message } of log) console.log(`${driver}: ${message}`);
 * if (!log.complete) console.warn(`entries may be missing of ${log.incomplete.join(", ")}`);
 * ```
 */
export function streamWholeLog(
  client: Pick<Client, "streamLogs" | "listLogs">,
  options: StreamWholeLogOptions,
): WholeLog {
  const { runId, driver, until } = options;
  const progress = createLogProgress();
  let drivers = driver === undefined ? undefined : [driver];
  until?.catch(() => {}); // The stream throws it to its reader.

  const stream = () =>
    produced<LogEntry>(options.signal, (signal, push) => {
      const list = () => client.listLogs({ runId, driver }, { signal });
      return produce(createEntryOrder(list, progress, push), signal);
    });

  async function produce(order: EntryOrder, signal: AbortSignal): Promise<void> {
    const { controller: live, release } = linkedController(signal);
    const following = follow(client, { ...options, signal: live.signal }, order);
    const ends = [following, keepUp(order, live.signal)];
    if (until) {
      ends.push(until.then((outcome) => {
        drivers ??= driversOf(outcome);
        return untilWhole(order, signal);
      }));
    }
    try {
      await Promise.race(ends);
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
    for (let pauseMs = SETTLE_MS / 2; !isWhole(); pauseMs = Math.min(pauseMs * 2, MAX_POLL_MS)) {
      order.hold();
      await delay(pauseMs, signal);
      await order.catchUp().catch(throwUnlessTemporary);
      const now = performance.now();
      if (progress.size > size) [size, since] = [progress.size, now];
      const missing = progress.incomplete(drivers);
      if (missing.every((driver) => now - since >= windowOf(progress, driver, options))) return;
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

/** Takes the entries as they come. */
async function follow(
  client: Pick<Client, "streamLogs">,
  { until: _, onReconnect, ...options }: StreamWholeLogOptions,
  order: EntryOrder,
): Promise<void> {
  const entries = client.streamLogs({
    ...options,
    onReconnect(loss) {
      order.hold();
      onReconnect?.(loss);
    },
  });
  const take = order.beginPass();
  let [atOnce, lastAt] = [0, 0];
  order.hold();
  for await (const entry of entries) {
    const isAtRisk = atOnce >= MOST_AT_ONCE; // However much later it comes: the end of the burst may be missing.
    const now = performance.now();
    atOnce = Math.max(0, atOnce - (now - lastAt) * SENT_PER_MS) + 1;
    lastAt = now;
    take(entry, isAtRisk ? LAG_MS : 0);
  }
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

function windowOf(
  progress: LogProgress,
  driver: string,
  { windowMs }: StreamWholeLogOptions,
): number {
  const isOwn = progress.isOwn(driver);
  return isOwn ? LAG_MS : windowMs ?? (isOwn === false ? WINDOW_MS : LAG_MS);
}

/** Returns the drivers of a run's outcome. */
function driversOf(outcome: unknown): string[] | undefined {
  const drivers = isObject(outcome) && outcome["drivers"];
  return Array.isArray(drivers) ? drivers : undefined;
}
