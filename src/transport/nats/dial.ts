/** One attempt to connect to one NATS server. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { ConnectionError, messageOf, TimeoutError } from "../../errors.ts";
import { letProcessEnd } from "../clock.ts";
import type { ConnectOptions, TlsMaterial } from "../transport.ts";
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

/** Makes a connection that is lost when it is lost: reconnecting is not its business. */
export type Dial = (server: ServerUrl, options: DialOptions) => Promise<NatsConnection>;

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
    timeout: options.timeoutMs,
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
  let giveUp: () => void = () => {};
  const deadline = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => {
      const late = new TimeoutError(`no answer within ${timeoutMs} ms`, timeoutMs);
      reject(connectError(server.url, late));
    }, timeoutMs);
    letProcessEnd(timer);
    giveUp = () => {
      signal?.removeEventListener("abort", onAbort);
      clearTimeout(timer);
    };
  });
  let over = false;
  const attempt = dial(server, options).then((core) => {
    if (over) void core.close();
    return core;
  });
  // One that fails after the deadline has nobody left to tell.
  attempt.catch(() => undefined);
  try {
    return await Promise.race([attempt, deadline]);
  } catch (error) {
    if (signal?.aborted || error instanceof Error && error.name === "ConfigError") throw error;
    throw error instanceof ConnectionError ? error : connectError(server.url, error);
  } finally {
    over = true;
    giveUp();
  }
}

function connectError(url: string, cause: unknown): ConnectionError {
  return new ConnectionError(
    `cannot connect to ${url}: ${messageOf(cause)}; is the server up, and the URL right?`,
    { cause },
  );
}
