/** Makes a client. @module */

import { openCredentials } from "../credentials/credential_store.ts";
import { createTokenSource } from "../credentials/token_source.ts";
import { protocol as protocolSetting, resolveSetting } from "../settings.ts";
import { logCalls } from "./calls/logs.ts";
import { pipelineCalls } from "./calls/pipelines.ts";
import { resourceDefinitionCalls } from "./calls/resource_definitions.ts";
import { resourceCalls } from "./calls/resources.ts";
import { serverCalls } from "./calls/server.ts";
import type { Client } from "./client.ts";
import { resolveAddress } from "./http/address.ts";
import { defaultFetch } from "./http/default_fetch.ts";
import { createHttp } from "./http/http_client.ts";
import { streamEntries } from "./logs/log_stream.ts";
import { logSource } from "./logs/sse_log_source.ts";
import type { ClientOptions } from "./options.ts";

/**
 * Makes a client of the API server. Nothing is sent yet.
 *
 * @throws {ConfigError} when an option or an environment variable cannot be used. A key that does not match its certificate
 * is one of these.
 *
 * @example
 * ```ts
 * import { createClient, NotFoundError } from "@conveyor/driver";
 *
 * const client = createClient({ url: "https://ci.example.com/conveyor" });
 * try {
 *   const resource = await client.getResource<{ region: string }>("web", "workflow");
 *   console.log(resource.spec.region);
 * } catch (error) {
 *   if (!(error instanceof NotFoundError)) throw error;
 * }
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  const address = resolveAddress(options);
  const protocol = resolveSetting(protocolSetting, "protocol", options.protocol) ?? "v2";
  const credentials = openCredentials(options.credentials);
  const http = createHttp(options, {
    address,
    fetch: options.fetch ?? defaultFetch(address.url, credentials),
    tokens: credentials && createTokenSource(credentials),
  });
  const logs = logCalls(http);
  return {
    host: address.host,
    port: address.port,
    getApiUrl: () => address.url,
    ...resourceCalls(http, protocol),
    ...resourceDefinitionCalls(http),
    ...pipelineCalls(http),
    ...logs,
    ...serverCalls(http),
    streamLogs: ({ runId, driver, ...rest }) => {
      rest.until?.catch(() => {}); // Thrown by the stream, once somebody reads it.
      return streamEntries(logSource(http, logs, { runId, driver }), rest);
    },
  };
}
