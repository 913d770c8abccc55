/** How commands connect to the API server. @module */

import type { Client } from "../../client/mod.ts";
import type { Values } from "../arguments.ts";
import type { CommandOptions } from "../options.ts";

/** The options of every command that calls the API server. */
export const API_OPTIONS: CommandOptions = {
  url: {
    type: "string",
    value: "URL",
    help: "The API server [CONVEYOR_SERVER_URL, or _HOST and _PORT; http://localhost:8080]",
  },
  cert: { type: "string", value: "FILE", help: "Client certificate [CONVEYOR_CERT_FILE]" },
  key: { type: "string", value: "FILE", help: "Its private key [CONVEYOR_KEY_FILE]" },
  ca: { type: "string", value: "FILE", help: "Certificate authority [CONVEYOR_CA_FILE]" },
};

/** Returns the credentials that options name; `undefined` leaves them to the environment. */
export function credentialsOf(
  values: Values,
): { certFile?: string; keyFile?: string; caFile?: string } | undefined {
  const [certFile, keyFile, caFile] = ["cert", "key", "ca"].map(values.text);
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return undefined;
  return {
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
    ...(caFile !== undefined && { caFile }),
  };
}

/**
 * Creates a client of the server that the options or the environment name.
 *
 * @throws {ConfigError} an option or an environment variable is invalid.
 */
export async function connectApi(values: Values): Promise<Client> {
  const { createClient } = await import("../../client/mod.ts");
  return createClient({ url: values.text("url"), credentials: credentialsOf(values) });
}
