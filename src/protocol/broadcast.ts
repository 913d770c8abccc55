/** The message of `POST /drivers/broadcast-message`. @module */

import { toJson } from "../encoding/json.ts";

/** A message to every subscriber of the subject `application`. */
export interface BroadcastMessage {
  /** The event's name. */
  event: string;
  /** Text, or any value that JSON can hold, which is sent as JSON text. */
  payload: unknown;
  /** The id of the run that the message belongs to. */
  runId?: string | undefined;
}

/** Converts a broadcast message to its wire form. A payload that is not text becomes JSON text. */
export function toWireBroadcast(
  { event, payload, runId = "" }: BroadcastMessage,
): Record<string, string> {
  const text = typeof payload === "string" ? payload : toJson(payload ?? null);
  return { event, payload: text, run_id: runId };
}

/** Reads a broadcast message from its wire form. Missing fields are empty. */
export function readBroadcast(
  body: Record<string, unknown>,
): { event: string; payload: string; runId: string } {
  const text = (field: string) => String(body[field] ?? "");
  return { event: text("event"), payload: text("payload"), runId: text("run_id") };
}
