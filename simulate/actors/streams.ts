/** The streams that the API server creates. */

import { streamConfigs } from "../../src/dev/server/streams.ts";
import type { SimulatedServer } from "../server/server.ts";

/** Creates the streams that are not there. */
export function ensureStreams(
  { server, protocol }: { server: SimulatedServer; protocol: "v1" | "v2" },
): void {
  for (const config of streamConfigs(protocol, {})) {
    if (!server.broker.stream(config.name)) server.broker.ensureStream(config);
  }
}
