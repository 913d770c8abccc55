/** A run's log on a v1 server. @module */

import { ConfigError } from "../../errors.ts";
import type { LogEntry } from "../../protocol/log_entry.ts";
import type { Client } from "../client.ts";
import { pathOf } from "../http/address.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { streamEntries } from "./log_stream.ts";
import { socketSource } from "./websocket_log_source.ts";

/** Which log to stream from a v1 server and for how long. */
export interface StreamLogsV1Options extends StreamLogsOptions {
  /** The driver's name: v1 keeps the logs of each by itself. */
  driver: string;
  /** The WebSocket to use. @default {globalThis.WebSocket, which Node has from release 22 on} */
  webSocket?: (new (url: string) => WebSocket) | undefined;
}

/**
 * Streams a driver's log of a run from a v1 server, which has it on a WebSocket and not among its REST calls: what Loki has
 * stored, then what comes. Times are in whole seconds. It ends, connects again and closes gaps as
 * {@linkcode Client.streamLogs} does.
 *
 * @throws {ConfigError} the runtime has no WebSocket and none was given.
 *
 * @example
 * ```ts
 * import { createClient, streamLogsV1 } from "@conveyor/driver/client";
 *
 * const client = createClient({ protocol: "v1" });
 * const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
 * const signal = AbortSignal.timeout(60_000);
 * for await (const { message } of streamLogsV1(client, { runId, driver: "deploy", signal })) {
 *   console.log(message);
 * }
 * ```
 */
export function streamLogsV1(
  client: Pick<Client, "getApiUrl">,
  { runId, driver, webSocket = globalThis.WebSocket, ...options }: StreamLogsV1Options,
): AsyncIterable<LogEntry> {
  if (!webSocket) {
    throw new ConfigError(
      "webSocket",
      "cannot stream logs from a v1 server: this runtime has no WebSocket; use Node 22 or newer, or pass webSocket",
    );
  }
  const base = client.getApiUrl().replace(/^http/, "ws");
  const url = base + pathOf("/drivers/streams/logs", driver, runId);
  options.until?.catch(() => {}); // Thrown by the stream, once somebody reads it.
  return streamEntries(socketSource(() => new webSocket(url), url, { runId, driver }), options);
}
