/** Streams logs of v1 servers. @module */

import { ConfigError } from "../../errors.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { Client } from "../client.ts";
import { pathOf } from "../http/address.ts";
import type { StreamLogsOptions } from "../log_options.ts";
import { streamEntries } from "./log_stream.ts";
import { webSocketLogSource } from "./websocket_log_source.ts";

/** Options of a log stream from a v1 server. */
export interface StreamLogsV1Options extends StreamLogsOptions {
  /** The driver's name: v1 has a log for each driver. */
  driver: string;
  /** The `WebSocket` class to use. @default {globalThis.WebSocket, which Node has since release 22} */
  webSocket?: (new (url: string) => WebSocket) | undefined;
}

/**
 * Streams a driver's log of a run from a v1 server, over a WebSocket: the entries that Loki has stored, in order, then new ones.
 * The server replays 100 stored entries at most, and leaves out the others. Times are in whole seconds. Ends, reconnects and closes gaps as {@linkcode Client.streamLogs} does.
 *
 * @throws {ConfigError} the runtime has no `WebSocket`, and none is given.
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
      "cannot stream logs from a v1 server: this runtime has no WebSocket; use Node 22 or later, or pass webSocket",
    );
  }
  const base = client.getApiUrl().replace(/^http/, "ws");
  const url = base + pathOf("/drivers/streams/logs", driver, runId);
  options.until?.catch(() => {}); // The stream throws it to its reader.
  return streamEntries(
    webSocketLogSource(() => new webSocket(url), url, { runId, driver }),
    options,
  );
}
