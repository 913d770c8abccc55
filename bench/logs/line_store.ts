/** What each way of storing log lines offers, and the entry that all of them store. */

/** Stores lines over a connection of its own. */
export interface LineStore {
  /** Resolves when all lines are confirmed. */
  store(runId: string, lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const encoder = new TextEncoder();

/** The bytes of an entry, as many as the SDK's. */
export function encodeEntry(runid: string, message: string): Uint8Array {
  const timestamp = `${new Date().toISOString().slice(0, -1)}000000Z`;
  const entry = { runid, driver: "deploy", pipeline: "release", timestamp, message };
  return encoder.encode(JSON.stringify(entry));
}
