/** The lines that v1 servers stream. @module */

import type { LogEntry } from "./log_entry.ts";

/**
 * Reads a line of a v1 server's stream: `[time, message]`. Live lines have Unix seconds, stored lines Unix nanoseconds. Both
 * become RFC 3339 in whole seconds, so that the entries of a line that was stored and streamed are equal. Text of another
 * form is the message itself.
 */
export function readLiveLineV1(text: string, run: { runId: string; driver: string }): LogEntry {
  const [time, message] = parsePair(text) ?? ["", text];
  return { ...run, pipeline: "", timestamp: toRfc3339(time), message };
}

/** Returns the nanoseconds of a stored line, as text of one length; `undefined` for a live line. */
export function storedTimeV1(text: string): string | undefined {
  const time = parsePair(text)?.[0];
  return time !== undefined && /^\d{13,19}$/.test(time) ? time.padStart(19, "0") : undefined;
}

function parsePair(text: string): [string, string] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && typeof value[1] === "string"
      ? [String(value[0]), value[1]]
      : undefined;
  } catch {
    return undefined; // Not JSON: the text is the message.
  }
}

const NANOSECOND_DIGITS = 9;

function toRfc3339(time: string): string {
  if (!/^\d{1,19}$/.test(time)) return time;
  const seconds = time.length > 12 ? time.slice(0, -NANOSECOND_DIGITS) : time;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000", "");
}
