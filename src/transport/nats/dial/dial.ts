/** One attempt to connect to one NATS server. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { withDeadline } from "../../../async/deadline.ts";
import { LONGEST_TIMER_MS } from "../../../async/delay.ts";
import { ConnectionError, hasCode, messageOf } from "../../../errors.ts";
import type { ConnectOptions, TlsMaterial } from "../../transport.ts";
import type { ServerUrl } from "./server_url.ts";

/** What an attempt needs to know besides the server. */
export interface DialOptions {
  /** A name for the connection in the server's monitoring. */
  readonly name: string | undefined;
  /** Client certificate and authority. */
  readonly tls: TlsMaterial | undefined;
  /** Who to be, where the URL does not say. */
  readonly auth: ConnectOptions["auth"];
  /** Time for the attempt, in milliseconds. */
  readonly timeoutMs: number;
}

/** An attempt's options, and what ends it. */
export interface Attempt extends DialOptions {
  /** Fires when the attempt failed, or comes too late: whatever it has opened must be closed. */
  readonly signal: AbortSignal;
}

/** Makes a connection that is lost when it is lost: reconnecting is not its business. */
export type Dial = (server: ServerUrl, options: Attempt) => Promise<NatsConnection>;

/** What every attempt asks of the client library. The line above it reconnects, so the library must not. */
export interface CoreOptions {
  readonly servers: string[];
  readonly reconnect: false;
  readonly ignoreClusterUpdates: true;
  readonly noAsyncTraces: true;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly maxPingOut: number;
  readonly name?: string;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

/** A connection over which nothing comes back for three of these is given up. */
const PING_INTERVAL_MS = 10_000;

/** The client library's options for an attempt. */
export function coreOptions(server: ServerUrl, options: DialOptions): CoreOptions {
  const auth = server.auth ?? options.auth;
  return {
    servers: [server.address],
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    timeout: Math.min(options.timeoutMs, LONGEST_TIMER_MS),
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(auth === undefined
      ? {}
      : "token" in auth
      ? { token: auth.token }
      : { user: auth.user, pass: auth.password }),
  };
}

/**
 * Connects once, within the time allowed: some failures leave the client library waiting for ever.
 *
 * @throws {ConnectionError} when the server cannot be reached or refuses.
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
    if (signal?.aborted || hasCode(error, "config")) throw error;
    throw hasCode(error, "connection") ? error : connectError(server.url, timeoutMs, error);
  }
}

function connectError(url: string, timeoutMs: number, cause: unknown): ConnectionError {
  const reason = hasCode(cause, "timeout") ? `no answer within ${timeoutMs} ms` : messageOf(cause);
  return new ConnectionError(
    `cannot connect to ${url}: ${reason}; is the server up, and the URL right?`,
    { cause },
  );
}
