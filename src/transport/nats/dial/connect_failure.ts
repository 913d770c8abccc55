/** Diagnosis of attempts to connect that failed. @module */

import { ConnectionError, hasCode, messageOf } from "../../../errors.ts";
import type { LoadedAuth } from "../../auth.ts";
import { ConnectFailedError, type ConnectFailureReason } from "../../errors.ts";
import { expiryOf } from "./creds_expiry.ts";
import type { ServerUrl } from "./server_url.ts";

/** Returns the first bytes that the peer sends, as Latin-1 text, empty for none; `undefined` when there is no peer. */
export type Probe = (
  server: ServerUrl,
  timeoutMs: number,
  signal: AbortSignal | undefined,
) => Promise<string | undefined>;

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
  const sent = AWAY.test(String(code))
    ? undefined
    : await attempt.probe?.(server, timeoutMs, signal);
  if (sent && !sent.startsWith("INFO")) {
    const [reason, response] = protocolOf(sent);
    return failure(
      `the peer is not a NATS server: it responds with ${response}; use the port for NATS clients, 4222 by default`,
      reason,
    );
  }
  const text = name === "TimeoutError" ? `no response within ${timeoutMs} ms` : messageOf(cause);
  return failure(
    sent === ""
      ? `${text}: the port accepts connections and sends nothing; is it the port for NATS clients, and does the server respond?`
      : `${text}; is the server up, and is the URL correct?`,
  );
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

function protocolOf(sent: string): [ConnectFailureReason, string] {
  if (sent.startsWith("\x15\x03") || sent.startsWith("\x16\x03")) {
    return ["tls-first", "TLS before NATS (HTTPS, or nats-server with handshake_first)"];
  }
  if (sent.startsWith("HTTP/")) return ["http", "HTTP"];
  return ["other-protocol", JSON.stringify(sent.slice(0, 40).replace(/[^ -~]+/g, " ").trim())];
}
