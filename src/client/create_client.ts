/** Creates clients of the API server. @module */

import { openCredentials } from "../credentials/credential_store.ts";
import { createTokenSource } from "../credentials/token_source.ts";
import { protocol as protocolSetting, resolveSetting } from "../settings.ts";
import { requireKnown } from "../validate.ts";
import { logCalls } from "./calls/logs.ts";
import { pipelineCalls } from "./calls/pipelines.ts";
import { resourceDefinitionCalls } from "./calls/resource_definitions.ts";
import { resourceCalls } from "./calls/resources.ts";
import { serverCalls } from "./calls/server.ts";
import type { Client } from "./client.ts";
import { resolveAddress } from "./http/address.ts";
import { defaultFetch } from "./http/default_fetch.ts";
import { createHttpClient } from "./http/http_client.ts";
import { streamEntries } from "./logs/log_stream.ts";
import { sseLogSource } from "./logs/sse_log_source.ts";
import type { ClientOptions } from "./options.ts";

/** The names of all options; a test checks that they are. */
const OPTIONS =
  "url host port protocol credentials timeoutMs retry maxBodyBytes headers fetch onRequest onResponse";

/**
 * Creates a client of the API server. Sends nothing before the first call.
 *
 * @throws {ConfigError} an option or an environment variable is invalid, or a key does not match its certificate.
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
  requireKnown(options, OPTIONS.split(" "));
  const address = resolveAddress(options);
  const protocol = resolveSetting(protocolSetting, "protocol", options.protocol) ?? "v2";
  const credentials = openCredentials(options.credentials);
  const send = createHttpClient(options, {
    address,
    fetch: options.fetch ?? defaultFetch(address.url, credentials),
    tokens: credentials && createTokenSource(credentials),
  });
  return {
    host: address.host,
    port: address.port,
    getApiUrl: () => address.url,
    ...resourceCalls(send, protocol),
    ...resourceDefinitionCalls(send),
    ...pipelineCalls(send),
    ...logCalls(send),
    ...serverCalls(send),
    streamLogs: ({ runId, driver, ...rest }) => {
      rest.until?.catch(() => {}); // The stream throws it to its reader.
      return streamEntries(sseLogSource(send, { runId, driver }), rest);
    },
  };
}
