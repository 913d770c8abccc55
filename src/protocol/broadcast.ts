/** The message that `POST /drivers/broadcast-message` takes. @module */

/** A message to everybody. */
export interface BroadcastMessage {
  /** What happened. */
  event: string;
  /** Text, or anything that JSON can hold, which goes as JSON text. */
  payload: unknown;
  /** The run it belongs to. */
  runId?: string | undefined;
}

/** Gives a message to everybody the wire's field names. A payload that is not text goes as JSON text. */
export function toWireBroadcast(
  { event, payload, runId = "" }: BroadcastMessage,
): Record<string, string> {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload ?? null);
  return { event, payload: text, run_id: runId };
}

/** Reads a message to everybody off parsed JSON. What is missing is empty. */
export function readBroadcast(
  body: Record<string, unknown>,
): { event: string; payload: string; runId: string } {
  const text = (field: string) => String(body[field] ?? "");
  return { event: text("event"), payload: text("payload"), runId: text("run_id") };
}
