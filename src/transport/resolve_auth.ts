/** Authentication at the broker, from the option or from the environment. @module */

import { ConfigError } from "../errors.ts";
import { readEnvironment } from "../runtime/environment.ts";
import type { ConnectAuth } from "./auth.ts";

/** The names of the fields of each form, in alphabetical order. */
const FORMS = [
  "password,user",
  "token",
  "nkey",
  "nkeyFile",
  "creds",
  "credsFile",
  "authenticator",
];

/** A seed itself, where the NATS tools have the path of its file. */
const SEED = /^SU[A-Z2-7]{56}$/;

/**
 * Returns the authentication: the option's, else the environment's, in the order of the NATS tools, else none.
 *
 * @throws {ConfigError} when it is of no known form. It contains no value, which may be a secret.
 */
export function resolveAuth(
  auth: ConnectAuth | undefined,
  readEnv?: (variable: string) => string | undefined,
): ConnectAuth | undefined {
  return auth === undefined ? authOfEnvironment(readEnv) : checkedAuth(auth);
}

function checkedAuth(auth: ConnectAuth): ConnectAuth {
  const given = Object.entries(auth ?? {}).filter(([, value]) => value !== undefined);
  const isValid = FORMS.includes(given.map(([name]) => name).sort().join()) &&
    given.every(([name, value]) =>
      name === "authenticator" ? typeof value === "function" : typeof value === "string" &&
        value !== ""
    );
  if (isValid) return auth;
  throw new ConfigError(
    "auth",
    "auth must be one of { user, password }, { token }, { nkey }, { nkeyFile }, { creds }, { credsFile } " +
      "and { authenticator }, each with text that is not empty or, the last, with a function",
  );
}

/** A password may begin or end with spaces, but a line break at the end is its file's. A path and a seed have no white space around. */
function authOfEnvironment(
  readEnv: (variable: string) => string | undefined = readEnvironment,
): ConnectAuth | undefined {
  const read = (variable: string) => readEnv(variable)?.replace(/[\r\n]+$/, "") || undefined;
  const user = read("NATS_USER");
  if (user !== undefined) {
    const password = read("NATS_PASSWORD");
    // A user name without a password is a token, as in a URL.
    return password === undefined ? { token: user } : { user, password };
  }
  const credsFile = read("NATS_CREDS")?.trim() || undefined;
  if (credsFile !== undefined) return { credsFile };
  const nkey = read("NATS_NKEY")?.trim() || undefined;
  if (nkey !== undefined) return SEED.test(nkey) ? { nkey } : { nkeyFile: nkey };
  const token = read("NATS_TOKEN");
  return token === undefined ? undefined : { token };
}
