/** Log lines stored by hand with the client library's own JetStream publish, many at a time. */

import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { encodeEntry, type LineStore } from "./line_store.ts";

/** Messages that wait for their confirmation at once: as many as the SDK's. */
const WINDOW = 512;

/** Publishes each line on the live subject, and on the log subject with a confirmation. */
export async function openBaseline(url: string): Promise<LineStore> {
  const connection = await connect({ servers: url, noAsyncTraces: true });
  const js = jetstream(connection);
  return {
    async store(runId, lines) {
      let next = 0;
      const worker = async () => {
        while (next < lines.length) {
          const bytes = encodeEntry(runId, lines[next++]!);
          connection.publish(`live.logs.${runId}.deploy`, bytes);
          await js.publish(`logs.${runId}`, bytes);
        }
      };
      await Promise.all(Array.from({ length: WINDOW }, worker));
    },
    close: () => connection.close(),
  };
}
