/** How a connection authenticates at the broker. @module */

import { ConfigError, messageOf } from "../errors.ts";
import { host } from "../runtime/detect.ts";
import { isFileText } from "../settings.ts";

/** An authenticator of the NATS client library: returns the fields of CONNECT for the nonce of the server. */
export type Authenticator = (nonce?: string) =>
  | { auth_token: string }
  | { user: string; pass?: string }
  | { nkey: string; sig: string }
  | { jwt: string; nkey?: string; sig?: string }
  | void;

/**
 * How a connection authenticates: one of the ways that a NATS server supports.
 *
 * @example Operator mode, with a file that is renewed
 * ```ts
 * import { connectBroker } from "@conveyor/driver/transport";
 *
 * const connection = await connectBroker({
 *   servers: ["tls://nats.example"],
 *   auth: { credsFile: "/run/secrets/deploy.creds" },
 * });
 * await connection.close();
 * ```
 */
export type ConnectAuth =
  /** User name and password. */
  | { readonly user: string; readonly password: string }
  /** A token. */
  | { readonly token: string }
  /** The seed of an NKey, `SU…`. */
  | { readonly nkey: string }
  /** The path of a file with the seed of an NKey; read before every attempt. */
  | { readonly nkeyFile: string }
  /** The text of a credentials file: a user JWT and its seed. */
  | { readonly creds: string }
  /** The path of a credentials file; read before every attempt, so that a renewed one is used. */
  | { readonly credsFile: string }
  /** A function of the NATS client library that signs the server's nonce, for example with a key outside of the process. */
  | { readonly authenticator: Authenticator };

/** An authentication whose file, if any, has been read. */
export type LoadedAuth = Exclude<
  ConnectAuth,
  { readonly nkeyFile: string } | { readonly credsFile: string }
>;

/**
 * Reads the file of an authentication that names one.
 *
 * @throws {ConfigError} when it cannot be read.
 */
export async function loadAuth(auth: ConnectAuth): Promise<LoadedAuth> {
  if ("nkeyFile" in auth) return { nkey: (await readFile("nkeyFile", auth.nkeyFile)).trim() };
  if ("credsFile" in auth) return { creds: await readFile("credsFile", auth.credsFile) };
  return auth;
}

async function readFile(option: string, path: string): Promise<string> {
  if (isFileText(path) || /^S[A-Z2-7]{57}$|^eyJ/.test(path.trim())) {
    throw new ConfigError(
      `auth.${option}`,
      `auth.${option} must be the path of a file, got what the file holds; pass it as auth.${
        option.slice(0, -"File".length)
      }`,
    );
  }
  try {
    return await host().readTextFile(path);
  } catch (cause) {
    throw new ConfigError(
      `auth.${option}`,
      `cannot read the file ${path} for auth.${option}: ${
        messageOf(cause)
      }; is it there, and may it be read?`,
      { cause },
    );
  }
}
