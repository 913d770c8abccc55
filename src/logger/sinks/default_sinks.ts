/** The default sinks of a run. @module */

import type { ProtocolVersion } from "../../protocol/subjects.ts";
import { readSetting } from "../../settings.ts";
import type { Connection } from "../../transport/transport.ts";
import type { LogSink } from "../record.ts";
import { consoleSink, type ConsoleSinkOptions } from "./console_sink.ts";
import { conveyorSink, type ConveyorSinkOptions } from "./conveyor_sink.ts";
import { lokiSink, type LokiSinkOptions } from "./loki_sink.ts";

/** Options of {@linkcode defaultSinks}. */
export interface DefaultSinksOptions {
  /** The connection to the broker. */
  connection: Connection;
  /** The server's protocol version. */
  protocol: ProtocolVersion;
  /** Base URL of Grafana Loki. @default {`LOKI_ENDPOINT`, else none on `v2` and `http://localhost:3100` on `v1`} */
  lokiEndpoint?: string;
  /** Further options of the Loki sink. */
  loki?: Omit<LokiSinkOptions, "endpoint" | "connection">;
  /** Further options of the Conveyor sink. */
  conveyor?: Omit<ConveyorSinkOptions, "connection">;
  /** Whether lines are written to the console as well, and its options. @default {true} */
  console?: boolean | ConsoleSinkOptions;
}

/** The address of Loki in the compose file of servers of protocol v1. */
const V1_LOKI_ENDPOINT = "http://localhost:3100";

/**
 * Creates the sinks that fit the server: the Conveyor server's log store on `v2`, Loki where it is configured and always
 * on `v1`, and the console.
 *
 * @throws {ConfigError} when the Loki endpoint is not an HTTP URL.
 */
export function defaultSinks(options: DefaultSinksOptions): LogSink[] {
  const { connection, protocol, loki, conveyor, console = true } = options;
  const endpoint = readSetting("lokiEndpoint", options.lokiEndpoint) ??
    (protocol === "v1" ? V1_LOKI_ENDPOINT : undefined);
  const sinks: LogSink[] = [];
  if (protocol === "v2") sinks.push(conveyorSink({ ...conveyor, connection }));
  if (endpoint !== undefined) {
    sinks.push(lokiSink({ runIdLabel: protocol === "v1", ...loki, endpoint, connection }));
  }
  if (console !== false) sinks.push(consoleSink(console === true ? {} : console));
  return sinks;
}
