/** Lines of a run's log as a v1 server streams them. @module */

import type { LogEntry } from "./log_entry.ts";

/**
 * Reads `[time, message]` off the text of a v1 server's stream. The time of a live line is in Unix seconds, that of a
 * stored line in Unix nanoseconds; both come out as RFC 3339. A text of another form is taken as the message itself.
 */
export function readLiveLineV1(text: string, run: { runId: string; driver: string }): LogEntry {
  const pair = parsePair(text);
  const [time, message] = pair ?? ["", text];
  return { ...run, pipeline: "", timestamp: toRfc3339(time), message };
}

function parsePair(text: string): [string, string] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && typeof value[1] === "string"
      ? [String(value[0]), value[1]]
      : undefined;
  } catch {
    return undefined; // Not JSON: the caller shows the text as it came.
  }
}

function toRfc3339(time: string): string {
  if (!/^\d{1,19}$/.test(time)) return time;
  const digits = time.length > 12 ? time.padStart(19, "0") : time.padStart(10, "0");
  const date = new Date(Number(digits.slice(0, 10)) * 1000).toISOString().slice(0, 19);
  const fraction = digits.slice(10);
  return fraction === "" ? `${date}Z` : `${date}.${fraction}Z`;
}
