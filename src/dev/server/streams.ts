/** The streams that the server creates. @module */

import { type ProtocolVersion, STREAMS } from "../../protocol/subjects.ts";
import type { Connection, StreamConfig } from "../../transport/transport.ts";
import type { StreamOptions } from "../options.ts";

/** Lists the streams of a protocol version. */
export function streamConfigs(protocol: ProtocolVersion, options: StreamOptions): StreamConfig[] {
  if (protocol === "v1") {
    return [{
      name: STREAMS.messages,
      subjects: ["resources.>", "events.>"],
      retention: "workqueue",
      ...options,
    }];
  }
  return [
    {
      name: STREAMS.messages,
      subjects: ["resources.>", "events.>", "drivers.>"],
      retention: "interest",
      ...options,
    },
    {
      name: STREAMS.pipelineEngine,
      subjects: ["pipelines.>"],
      retention: "workqueue",
      ...options,
    },
    { name: STREAMS.logsEngine, subjects: ["logs.>"], retention: "workqueue", ...options },
  ];
}

/** Creates the streams, or updates those that exist. */
export async function ensureStreams(
  connection: Connection,
  configs: readonly StreamConfig[],
): Promise<void> {
  for (const config of configs) await connection.ensureStream(config);
}
