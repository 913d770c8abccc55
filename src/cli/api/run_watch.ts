/** Follows a run to its end. @module */

import type { Client, DriverResult, LogEntry, ResourceInput } from "../../client/mod.ts";
import { parseEndOfLog } from "../../protocol/logs/end_of_log.ts";
import type { StartedRun } from "./start_run.ts";

/** How a run has ended. */
export interface RunEnding {
  readonly success: boolean;
  /** The driver whose step failed. */
  readonly failedDriver?: string;
  /** The results of the steps, by driver. Servers store those of pipelines only; without one, they are read off the log. */
  readonly results: Readonly<Record<string, Pick<DriverResult, "success" | "message">>>;
  /** Whether all entries of the log were shown. */
  readonly complete: boolean;
}

/** What is followed. */
export interface WatchedRun {
  readonly client: Client;
  readonly resource: ResourceInput;
  readonly run: StartedRun;
  /** The drivers of its steps; `undefined` where they are not known. */
  readonly steps: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly onLog: (entry: LogEntry) => void;
}

/** Calls `onLog` with the log of a run, in order, and resolves when the run has ended. */
export async function watchRun(watched: WatchedRun): Promise<RunEnding> {
  const { resource: { pipeline }, steps } = watched;
  return pipeline !== undefined && steps
    ? await watchPipeline(watched, steps)
    : await watchLog(watched);
}

async function watchPipeline(watched: WatchedRun, steps: readonly string[]): Promise<RunEnding> {
  const { client, resource: { name, resource }, run, signal, timeoutMs, onLog } = watched;
  const { streamWholeLog, waitForRun } = await import("../../client/mod.ts");
  const { runId, version } = run;
  const until = waitForRun(client, {
    name,
    resource,
    runId,
    version,
    steps,
    signal,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const log = streamWholeLog(client, { runId, until, signal });
  for await (const entry of log) onLog(entry);
  const { success, failedDriver, results } = await until;
  const { complete } = log;
  return { success, results, complete, ...(failedDriver !== undefined && { failedDriver }) };
}

/**
 * Follows a run by its log alone: it has ended when each driver that was named, or has written, has. Drivers of this package say
 * so in their last entry; others are waited for until the signal fires.
 */
async function watchLog(watched: WatchedRun): Promise<RunEnding> {
  const { client, run: { runId }, steps = [], timeoutMs, onLog } = watched;
  const results: Record<string, { success: boolean; message: string }> = {};
  const open = new Set(steps);
  // The platform takes whole numbers, and fires at once at a longer time.
  const timeout = timeoutMs === undefined
    ? []
    : [AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1))];
  const signal = AbortSignal.any([watched.signal, ...timeout]);
  for await (const entry of client.streamLogs({ runId, signal })) {
    const { driver, message } = entry;
    onLog(entry);
    if (driver in results) continue;
    open.add(driver);
    const end = parseEndOfLog(message);
    if (!end || !/^(?:succeeded|failed|superseded)$/.test(end.outcome)) continue;
    open.delete(driver);
    const success = end.outcome === "succeeded";
    results[driver] = { success, message: end.message };
    if (open.size === 0) break;
  }
  signal.throwIfAborted();
  const failedDriver = Object.keys(results).find((driver) => !results[driver]!.success);
  const success = failedDriver === undefined;
  return { success, results, complete: true, ...(failedDriver !== undefined && { failedDriver }) };
}
