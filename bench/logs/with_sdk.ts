/** Log lines stored with the SDK, as the output of a process is. */

import { createLogger } from "@conveyor/driver";
import { conveyorSink } from "@conveyor/driver/logging";
import { connectBroker } from "@conveyor/driver/transport";
import type { LineStore } from "./line_store.ts";

const LINES_A_CHUNK = 500;

/** Opens a connection; `store` resolves when all lines are confirmed. */
export async function openSdk(url: string): Promise<LineStore> {
  const connection = await connectBroker({ servers: [url] });
  return {
    async store(runId, lines) {
      const sinks = [conveyorSink({ connection })];
      const logger = createLogger({ driver: "deploy", runId, pipeline: "release", sinks });
      const writer = logger.writable().getWriter();
      for (let from = 0; from < lines.length; from += LINES_A_CHUNK) {
        await writer.write(lines.slice(from, from + LINES_A_CHUNK).join("\n") + "\n");
      }
      await writer.close();
      await logger.close();
      const [stats] = logger.stats();
      if (stats?.stored !== lines.length) {
        throw new Error(`not all stored: ${JSON.stringify(stats)}`);
      }
    },
    close: () => connection.close(),
  };
}
