/** Lines of a run's log as a v1 server streams them. @module */

import type { LogEntry } from "./log_entry.ts";

/**
 * Reads `[time, message]` off the text of a v1 server's stream. The time of a live line is in Unix seconds, that of a
 * stored line in Unix nanoseconds. Both come out as RFC 3339 in whole seconds, so that a line looks the same whichever way
 * it came. A text of another form is taken as the message itself.
 */
export function readLiveLineV1(text: string, run: { runId: string; driver: string }): LogEntry {
  const [time, message] = parsePair(text) ?? ["", text];
  return { ...run, pipeline: "", timestamp: toRfc3339(time), message };
}

function parsePair(text: string): [string, string] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && typeof value[1] === "string"
      ? [String(value[0]), value[1]]
      : undefined;
  } catch {
    return undefined; // Not JSON: it is shown as it came.
  }
}

const NANOSECOND_DIGITS = 9;

function toRfc3339(time: string): string {
  if (!/^\d{1,19}$/.test(time)) return time;
  const seconds = time.length > 12 ? time.slice(0, -NANOSECOND_DIGITS) : time;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000", "");
}
