/** Which sinks a run's lines go to when nobody says otherwise. @module */

import type { ProtocolVersion } from "../../protocol/subjects.ts";
import { readSetting } from "../../settings.ts";
import type { Connection } from "../../transport/transport.ts";
import { consoleSink, type ConsoleSinkOptions } from "./console_sink.ts";
import { conveyorSink, type ConveyorSinkOptions } from "./conveyor_sink.ts";
import { lokiSink, type LokiSinkOptions } from "./loki_sink.ts";
import type { LogSink } from "../record.ts";

/** What decides on the sinks. */
export interface DefaultSinksOptions {
  /** The connection to the broker. */
  connection: Connection;
  /** The server's generation. */
  protocol: ProtocolVersion;
  /** Base URL of Grafana Loki. @default {`LOKI_ENDPOINT`, else none on `v2` and `http://localhost:3100` on `v1`} */
  lokiEndpoint?: string;
  /** Further options of the Loki sink. */
  loki?: Omit<LokiSinkOptions, "endpoint" | "connection">;
  /** Further options of the Conveyor sink. */
  conveyor?: Omit<ConveyorSinkOptions, "connection">;
  /** Whether lines are shown on the console too, and how. @default {true} */
  console?: boolean | ConsoleSinkOptions;
}

/** Where the first generation's compose file puts Loki. */
const V1_LOKI_ENDPOINT = "http://localhost:3100";

/**
 * The sinks that fit the server: the Conveyor server's own log store on `v2`, Loki where it is configured and always on
 * `v1`, and the console.
 *
 * @throws {ConfigError} when the Loki endpoint is not an HTTP URL.
 */
export function defaultSinks(options: DefaultSinksOptions): LogSink[] {
  const { connection, protocol, loki, conveyor, console = true } = options;
  const endpoint = readSetting("lokiEndpoint", options.lokiEndpoint) ??
    (protocol === "v1" ? V1_LOKI_ENDPOINT : undefined);
  const sinks: LogSink[] = [];
  if (protocol === "v2") sinks.push(conveyorSink({ ...conveyor, connection }));
  if (endpoint !== undefined) sinks.push(lokiSink({ ...loki, endpoint, connection }));
  if (console !== false) sinks.push(consoleSink(console === true ? {} : console));
  return sinks;
}
