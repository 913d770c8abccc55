/** Attempts to connect, one after another, until one succeeds. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { delay } from "../../../async/delay.ts";
import { backoffMs } from "../../../async/backoff.ts";
import { ConnectionError, hasCode, isErrorLike, messageOf } from "../../../errors.ts";
import { requireTimeout } from "../../../validate.ts";
import type { ConnectOptions } from "../../transport.ts";
import { type Dial, dialOnce } from "./dial.ts";
import type { ServerUrl } from "./server_url.ts";

/** A connection that was made, and to which server. */
export interface Established {
  readonly core: NatsConnection;
  readonly server: ServerUrl;
}

/** How to keep trying. */
export interface DialLoopOptions extends Omit<ConnectOptions, "servers"> {
  /** Servers to try; read anew for every attempt. */
  readonly servers: () => readonly ServerUrl[];
  /** Whether servers that a server tells of are tried too, when the connection is restored. */
  readonly followCluster: boolean;
  /** Whether an error shows that no attempt can ever succeed. @default {a `ConfigError` does} */
  readonly isHopeless?: (error: unknown) => boolean;
  /** Told before every attempt. */
  readonly onAttempt?: (server: ServerUrl) => void;
}

const BACKOFF = { initialMs: 250, maxMs: 5000 };

/**
 * Tries the servers in turn, with a growing and random pause after each round, until one answers.
 *
 * @throws {ConfigError} when `attemptTimeoutMs` is not above 0.
 * @throws what an attempt has failed with, when that is hopeless.
 * @throws the signal's reason when it fires.
 */
export async function dialUntilConnected(
  dial: Dial,
  options: DialLoopOptions,
): Promise<Established> {
  const { signal, name, auth, attemptTimeoutMs = 5000, isHopeless = isConfigError } = options;
  requireTimeout("attemptTimeoutMs", attemptTimeoutMs);
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    const servers = options.servers();
    const server = servers[(attempt - 1) % servers.length]!;
    options.onAttempt?.(server);
    try {
      const tls = typeof options.tls === "function" ? await options.tls() : options.tls;
      const dialOptions = { name, auth, tls, timeoutMs: attemptTimeoutMs };
      return { core: await dialOnce(dial, server, dialOptions, signal), server };
    } catch (thrown) {
      signal?.throwIfAborted();
      if (isHopeless(thrown)) throw thrown;
      options.onAttemptFailed?.({
        server: server.url,
        attempt,
        error: asError(server.url, thrown),
      });
    }
    if (attempt % servers.length === 0) {
      await delay(backoffMs(attempt / servers.length, BACKOFF), signal);
    }
  }
}

function isConfigError(error: unknown): boolean {
  return hasCode(error, "config");
}

function asError(url: string, thrown: unknown): Error {
  if (isErrorLike(thrown)) return thrown;
  return new ConnectionError(`cannot connect to ${url}: ${messageOf(thrown)}`, { cause: thrown });
}
