/** One attempt to connect to one NATS server. @module */

import type { Authenticator, NatsConnection } from "@nats-io/nats-core";
import { withDeadline } from "../../../async/deadline.ts";
import type { TlsMaterial } from "../../transport.ts";
import type { ServerUrl } from "./server_url.ts";

/** Options of an attempt. */
export interface DialOptions {
  /** A name for the connection in the server's monitoring. */
  readonly name: string | undefined;
  /** Client certificate and certificate authority. */
  readonly tls: TlsMaterial | undefined;
  /** Authenticates at the server. */
  readonly authenticator: Authenticator | undefined;
  /** How often the server was tried before, in the same search for a connection. */
  readonly round: number;
  /** Time for the attempt, in milliseconds. */
  readonly timeoutMs: number;
}

/** Options of an attempt, and the signal that ends it. */
export interface Attempt extends DialOptions {
  /** Fires when the attempt has failed or timed out: every socket that it has opened must be closed. */
  readonly signal: AbortSignal;
}

/** Connects once. The connection must not reconnect by itself. */
export type Dial = (server: ServerUrl, options: Attempt) => Promise<NatsConnection>;

/**
 * Connects once, within the time limit: after some failures the client library never settles.
 *
 * @throws {TimeoutError} when the time is up.
 * @throws the error of the client library or the runtime when the server cannot be reached or refuses the connection.
 * @throws the signal's reason when it fires first.
 */
export async function dialOnce(
  dial: Dial,
  server: ServerUrl,
  options: DialOptions,
  signal: AbortSignal | undefined,
): Promise<NatsConnection> {
  const { timeoutMs } = options;
  const limits = { action: `connect to ${server.url}`, signal, timeoutMs };
  const ending = new AbortController();
  let attempt: Promise<NatsConnection> | undefined;
  try {
    return await withDeadline(limits, () => {
      attempt = dial(server, { ...options, signal: ending.signal });
      return attempt;
    });
  } catch (error) {
    ending.abort();
    attempt?.then((core) => core.close(), () => {}).catch(() => {});
    throw error;
  }
}
