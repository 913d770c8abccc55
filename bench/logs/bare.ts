/** Log lines stored by hand with nothing made for a line but its bytes. */

import { connect } from "@nats-io/transport-node";
import { encodeEntry, type LineStore } from "./line_store.ts";

/** Messages that wait for their confirmation at once. */
const WINDOW = 512;

/**
 * Publishes each line on the log subject and on the live one. One subscription takes all confirmations: there is no
 * promise, no time-out and no message id, so a reconnect would lose lines. It is the least that storing a line can cost.
 */
export async function openBare(url: string): Promise<LineStore> {
  const connection = await connect({ servers: url, noAsyncTraces: true });
  const inbox = "_INBOX.by-hand";
  let confirmed = 0;
  let onConfirmed = () => {};
  connection.subscribe(`${inbox}.*`, {
    callback(error, message) {
      if (error) throw error;
      const { seq } = message.json<{ seq?: number }>();
      if (seq === undefined) throw new Error(`not stored: ${message.string()}`);
      confirmed++;
      onConfirmed();
    },
  });

  return {
    async store(runId, lines) {
      const [subject, live] = [`logs.${runId}`, `live.logs.${runId}.deploy`];
      confirmed = 0;
      for (let sent = 0; sent < lines.length;) {
        for (; sent < lines.length && sent - confirmed < WINDOW; sent++) {
          const bytes = encodeEntry(runId, lines[sent]!);
          connection.publish(subject, bytes, { reply: `${inbox}.${sent}` });
          connection.publish(live, bytes);
        }
        await new Promise<void>((resolve) => onConfirmed = resolve);
      }
      while (confirmed < lines.length) await new Promise<void>((resolve) => onConfirmed = resolve);
    },
    close: () => connection.close(),
  };
}
