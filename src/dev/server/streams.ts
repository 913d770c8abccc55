/** The streams that the server creates on its broker. @module */

import { type ProtocolVersion, STREAMS } from "../../protocol/subjects.ts";
import type { Connection, StreamConfig } from "../../transport/transport.ts";

/** How the streams are kept. */
export interface StreamOptions {
  /** Where messages are kept. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** Copies on a cluster. @default {1} */
  readonly replicas?: number;
  /** How long message ids are remembered, in milliseconds. @default {120000} */
  readonly duplicateWindowMs?: number;
}

/** The streams of a generation of the server. */
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

/** Creates the streams, or updates those that are there. */
export async function ensureStreams(
  connection: Connection,
  configs: readonly StreamConfig[],
): Promise<void> {
  for (const config of configs) await connection.ensureStream(config);
}
