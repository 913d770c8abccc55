/** Authentication at the broker, from the option or from the environment. @module */

import { ConfigError } from "../errors.ts";
import { natsAuth, resolveSetting } from "../settings.ts";
import type { ConnectAuth } from "./auth.ts";

const FORMS: readonly (readonly string[])[] = [
  ["user", "password"],
  ["token"],
  ["nkey"],
  ["nkeyFile"],
  ["creds"],
  ["credsFile"],
  ["authenticator"],
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
  const form = FORMS.find((names) =>
    names.length === given.length && names.every((name) => given.some(([key]) => key === name))
  );
  const isValid = form !== undefined &&
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

function authOfEnvironment(
  readEnv?: (variable: string) => string | undefined,
): ConnectAuth | undefined {
  const read = (name: keyof typeof natsAuth) =>
    resolveSetting(natsAuth[name], name, undefined, readEnv);
  const user = read("user");
  if (user !== undefined) {
    const password = read("password");
    // A user name without a password is a token, as in a URL.
    return password === undefined ? { token: user } : { user, password };
  }
  const credsFile = read("creds");
  if (credsFile !== undefined) return { credsFile };
  const nkey = read("nkey");
  if (nkey !== undefined) return SEED.test(nkey) ? { nkey } : { nkeyFile: nkey };
  const token = read("token");
  return token === undefined ? undefined : { token };
}
