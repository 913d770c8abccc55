/** A run's log as one stream that knows when to end. @module */

import { linkedController } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import type { LogEntry } from "../../protocol/log_entry.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { createEntryDeduplicator } from "./entry_deduplicator.ts";
import { createQueue } from "./entry_queue.ts";
import { followLog } from "./follow_log.ts";
import { type LogSource, SETTLE_MS } from "./log_source.ts";

/** Streams the log of `source`. See {@linkcode Client.streamLogs}. */
export async function* streamEntries(
  source: LogSource,
  options: Omit<StreamLogsOptions, "runId" | "driver">,
): AsyncGenerator<LogEntry, void, void> {
  const { controller: stop, release } = linkedController(options.signal);
  const queue = createQueue<LogEntry>();
  const feeding = feed(source, { ...options, signal: stop.signal }, queue.push).then(
    () => queue.end(),
    (error) => queue.end(stop.signal.aborted ? undefined : error),
  );
  try {
    yield* queue;
  } finally {
    stop.abort();
    release();
    await feeding;
  }
}

/** Hands every entry to `push` once, until the stream is over. */
async function feed(
  source: LogSource,
  options: Omit<StreamLogsOptions, "runId" | "driver"> & { signal: AbortSignal },
  push: (entry: LogEntry) => void,
): Promise<void> {
  const { signal, follow = true, until } = options;
  if (signal.aborted) return;
  const seen = createEntryDeduplicator();
  const reading = () => {
    const isNew = seen.reading();
    return (entry: LogEntry) => {
      if (isNew(entry)) push(entry);
    };
  };
  const fill = async () => (await source.list(signal)).forEach(reading());
  if (!follow) return await fill();

  const { controller: live, release } = linkedController(signal);
  const following = followLog(source, { ...options, signal: live.signal }, { fill, reading });
  const over = until?.then(() => delay(SETTLE_MS, signal));
  try {
    await (over ? Promise.race([following, over]) : following);
  } finally {
    live.abort();
    release();
  }
  await following;
  if (over && !signal.aborted) await fill();
}
