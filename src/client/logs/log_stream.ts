/** The stream of a run's log: its entries once each, and its end. @module */

import { linkedController } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { createEntryDeduplicator } from "./entry_deduplicator.ts";
import { produced } from "./entry_queue.ts";
import { followLog } from "./follow_log.ts";
import { type LogSource, SETTLE_MS } from "./log_source.ts";

/** Streams the log of `source`. See {@linkcode Client.streamLogs}. */
export function streamEntries(
  source: LogSource,
  options: Omit<StreamLogsOptions, "runId" | "driver">,
): AsyncGenerator<LogEntry, void, void> {
  return produced(
    options.signal,
    (signal, push) => produce(source, { ...options, signal }, push),
  );
}

/** Calls `push` with every entry once, until the stream ends. */
async function produce(
  source: LogSource,
  options: Omit<StreamLogsOptions, "runId" | "driver"> & { signal: AbortSignal },
  push: (entry: LogEntry) => void,
): Promise<void> {
  const { signal, follow = true, until } = options;
  if (signal.aborted) return;
  const deduplicator = createEntryDeduplicator();
  const beginPass = () => {
    const isNew = deduplicator.beginPass();
    return (entry: LogEntry) => {
      if (isNew(entry)) push(entry);
    };
  };
  const backfill = async () => (await source.list(signal)).forEach(beginPass());
  if (!follow) return await backfill();

  const { controller: live, release } = linkedController(signal);
  const sink = { backfill, beginPass };
  const following = followLog(source, { ...options, signal: live.signal }, sink);
  const over = until?.then(() => delay(SETTLE_MS, signal));
  try {
    await (over ? Promise.race([following, over]) : following);
  } finally {
    live.abort();
    release();
  }
  await following;
  if (over && !signal.aborted) await backfill();
}
