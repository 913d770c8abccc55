/** Diagnosis of attempts to connect that failed. @module */

import { ConnectionError, hasCode, messageOf } from "../../../errors.ts";
import type { LoadedAuth } from "../../auth.ts";
import { ConnectFailedError, type ConnectFailureReason } from "../../errors.ts";
import { expiryOf } from "./creds_expiry.ts";
import type { ServerUrl } from "./server_url.ts";

/** What listens where no NATS server responds. */
export interface Peer {
  /** Why it cannot be used; `undefined` when that may pass. */
  readonly reason?: ConnectFailureReason;
  /** What it is, and what to do. */
  readonly text: string;
}

/** Finds out what listens on the port of a server; `undefined` when nothing does, or a NATS server. */
export type Probe = (
  server: ServerUrl,
  timeoutMs: number,
  signal: AbortSignal | undefined,
) => Promise<Peer | undefined>;

/** The attempt that failed. */
export interface FailedAttempt {
  readonly server: ServerUrl;
  readonly auth: LoadedAuth | undefined;
  readonly timeoutMs: number;
  readonly probe: Probe | undefined;
  /** Ends the diagnosis. */
  readonly signal: AbortSignal | undefined;
}

/** Error codes of a server that is away. */
const AWAY = /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOST|ENET)/;

/** Returns the error of an attempt, which says the cause and what to do. */
export async function connectFailure(cause: unknown, attempt: FailedAttempt): Promise<Error> {
  const { server, timeoutMs, signal } = attempt;
  const failure = (text: string, reason?: ConnectFailureReason) => {
    const message = `cannot connect to ${server.url}: ${text}`;
    return reason
      ? new ConnectFailedError(reason, message, { cause })
      : new ConnectionError(message, { cause });
  };
  if (isDeniedByRuntime(cause)) {
    return failure(
      `the runtime does not permit it (${
        messageOf(cause)
      }); on Deno, run with --allow-net=${server.address}`,
      "runtime-permission",
    );
  }
  if (hasCode(cause, "config") || hasCode(cause, "connection")) return cause;
  const { name, code } = (cause ?? {}) as { name?: string; code?: unknown };
  if (name === "AuthorizationError" || name === "UserAuthenticationExpiredError") {
    return failure(
      `the server responds "${messageOf(cause)}"; ${remedyOf(attempt.auth)}`,
      "authentication",
    );
  }
  if (/not support '?tls/i.test(messageOf(cause))) {
    return failure(
      "the server does not support TLS; enable it there, or use nats:// without a certificate",
      "no-tls",
    );
  }
  const peer = AWAY.test(String(code))
    ? undefined
    : await attempt.probe?.(server, timeoutMs, signal);
  if (peer?.reason) return failure(peer.text, peer.reason);
  const text = name === "TimeoutError" ? `no response within ${timeoutMs} ms` : messageOf(cause);
  return failure(`${text}; ${peer?.text ?? "is the server up, and is the URL correct?"}`);
}

/** Whether the runtime denies the program the network. Deno reports a name that it may not look up as an error of the resolver. */
export function isDeniedByRuntime(thrown: unknown): boolean {
  const { name, code, cause } = (thrown ?? {}) as { name?: string; code?: string; cause?: unknown };
  return name === "NotCapable" || name === "PermissionDenied" || code === "ERR_ACCESS_DENIED" ||
    /getaddrinfo EPERM/.test(messageOf(thrown)) || cause !== undefined && isDeniedByRuntime(cause);
}

function remedyOf(auth: LoadedAuth | undefined): string {
  if (!auth) return "no authentication is set: set auth, or user name and password in the URL";
  const expiry = "creds" in auth ? expiryOf(auth.creds) : undefined;
  return expiry !== undefined && expiry <= Date.now()
    ? `the credentials expired at ${new Date(expiry).toISOString()}: renew them`
    : "check auth, and that the server knows the user";
}
