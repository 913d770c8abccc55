/** The log of a run on a v1 server: a WebSocket. @module */

import { linkedController, withDeadline } from "../../async/deadline.ts";
import { ConnectionError } from "../../errors.ts";
import { readLiveLineV1 } from "../../protocol/logs/live_line_v1.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import { type LogReader, type LogSource, SETTLE_MS } from "./log_source.ts";
import { createReplay } from "./replay_v1.ts";
import { createRestartableTimer } from "./restartable_timer.ts";

const LIST_TIMEOUT_MS = 10_000;

/** Creates the source of a driver's log on a v1 server. `open` opens a socket to `url`. */
export function webSocketLogSource(
  open: () => WebSocket,
  url: string,
  run: { runId: string; driver: string },
): LogSource {
  async function read(
    reader: LogReader,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<void> {
    const socket = open();
    const ended = new Promise<void>((resolve, reject) => {
      socket.onclose = () => resolve();
      socket.onerror = () =>
        reject(new ConnectionError(`cannot stream a log: the connection to ${url} failed`));
    });
    const replay = createReplay((text) => reader.onEntry(readLiveLineV1(text, run)));
    socket.onmessage = ({ data }) => {
      reader.onActivity();
      replay.add(String(data));
    };
    const opened = new Promise<void>((resolve) => socket.onopen = () => resolve());
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    try {
      await withDeadline(
        { action: `connect to ${url}`, timeoutMs },
        () => Promise.race([opened, ended, stopped]),
      );
      reader.onOpen();
      await Promise.race([ended, stopped]);
    } finally {
      socket.close();
      replay.end();
    }
  }

  /** Returns what is replayed before the stream goes quiet: v1 has no call that lists stored entries. */
  async function list(signal: AbortSignal): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    const { controller, release } = linkedController(signal);
    const quiet = createRestartableTimer(() => controller.abort());
    const awaitQuiet = () => quiet.start(SETTLE_MS);
    try {
      await read(
        {
          onOpen: awaitQuiet,
          onActivity: awaitQuiet,
          onEntry: (entry) => void entries.push(entry),
        },
        controller.signal,
        LIST_TIMEOUT_MS,
      );
    } finally {
      quiet.stop();
      release();
    }
    signal.throwIfAborted();
    return entries;
  }

  return { read, list };
}
