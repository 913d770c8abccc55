/** The message that `POST /drivers/broadcast-message` takes. @module */

/** Gives a message to everybody the wire's field names. A payload that is not text goes as JSON text. */
export function toWireBroadcast(
  { event, payload, runId }: { event: string; payload: unknown; runId: string },
): Record<string, string> {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload ?? null);
  return { event, payload: text, run_id: runId };
}
