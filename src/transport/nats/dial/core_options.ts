/** The client library's options for an attempt. @module */

import type { Authenticator } from "@nats-io/nats-core";
import { LONGEST_TIMER_MS } from "../../../async/long_timer.ts";
import type { DialOptions } from "./dial.ts";
import type { ServerUrl } from "./server_url.ts";

/** The client library's options that are used. Reconnecting is disabled: `ReconnectingConnection` does it. */
export interface CoreOptions {
  readonly servers: string[];
  readonly reconnect: false;
  readonly ignoreClusterUpdates: true;
  readonly noAsyncTraces: true;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly maxPingOut: number;
  readonly name?: string;
  readonly authenticator?: Authenticator;
}

/** A connection without a response to six pings in a row is dropped: the response may be behind a large message. */
const PING_INTERVAL_MS = 10_000;

/** A server closes a connection whose CONNECT line, which holds the name, is longer than 4096 bytes. */
const LONGEST_NAME = 256;

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}

/** Returns the client library's options for an attempt. */
export function coreOptions(server: ServerUrl, options: DialOptions): CoreOptions {
  return {
    servers: [server.address],
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    timeout: Math.min(options.timeoutMs, LONGEST_TIMER_MS),
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 5,
    ...(options.name === undefined ? {} : { name: shortened(options.name) }),
    ...(options.authenticator ? { authenticator: options.authenticator } : {}),
  };
}
