/** Connects with retries. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { delay } from "../../../async/delay.ts";
import { backoffMs } from "../../../async/backoff.ts";
import { hasCode } from "../../../errors.ts";
import { requireTimeout } from "../../../validate.ts";
import { loadAuth, type LoadedAuth } from "../../auth.ts";
import type { ConnectOptions } from "../../transport.ts";
import { authenticatorFor } from "./authenticator.ts";
import { connectFailure, type Probe } from "./connect_failure.ts";
import { type Dial, dialOnce } from "./dial.ts";
import type { ServerUrl } from "./server_url.ts";

/** An established connection and its server. */
export interface Established {
  readonly core: NatsConnection;
  readonly server: ServerUrl;
}

/** Options of the retries. */
export interface DialLoopOptions extends Omit<ConnectOptions, "servers"> {
  /** The servers to try, in order. */
  readonly servers: readonly ServerUrl[];
  /** Whether a restored connection may use servers learned from INFO. */
  readonly followCluster: boolean;
  /** Finds out what listens on a port where no NATS server responds, where the runtime can. */
  readonly probe?: Probe;
  /** Whether an error ends the retries. @default {only a `ConfigError` does} */
  readonly isFatal?: (error: unknown) => boolean;
  /** Called before every attempt. */
  readonly onAttempt?: (server: ServerUrl) => void;
}

/** Time for an attempt in the first round, and in a late one, in milliseconds. */
const ATTEMPT_MS = 5000;
const LONGEST_ATTEMPT_MS = 30_000;

const BACKOFF = { initialMs: 250, maxMs: 5000 };
/** Where every server refuses for a cause that does not pass by itself. */
const LONG_BACKOFF = { initialMs: 250, maxMs: 60_000 };

/**
 * Tries the servers in turn, with back-off after each round, until one accepts the connection.
 *
 * @throws {ConfigError} when `attemptTimeoutMs` is not above 0.
 * @throws the error of an attempt that is fatal.
 * @throws the signal's reason when it fires.
 */
export async function dialUntilConnected(
  dial: Dial,
  options: DialLoopOptions,
): Promise<Established> {
  const { servers, signal, name, isFatal = isConfigError } = options;
  if (options.attemptTimeoutMs !== undefined) {
    requireTimeout("attemptTimeoutMs", options.attemptTimeoutMs);
  }
  let backoff = LONG_BACKOFF;
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    const server = servers[(attempt - 1) % servers.length]!;
    const round = Math.floor((attempt - 1) / servers.length);
    // A link may have round trips of seconds, and an attempt takes several.
    const attemptTimeoutMs = options.attemptTimeoutMs ??
      Math.min(LONGEST_ATTEMPT_MS, ATTEMPT_MS * (1 + round));
    options.onAttempt?.(server);
    let auth: LoadedAuth | undefined;
    try {
      const tls = typeof options.tls === "function" ? await options.tls() : options.tls;
      auth = await authOf(server, options.auth);
      const authenticator = auth && await authenticatorFor(auth);
      const dialOptions = { name, authenticator, tls, round, timeoutMs: attemptTimeoutMs };
      return { core: await dialOnce(dial, server, dialOptions, signal), server };
    } catch (thrown) {
      signal?.throwIfAborted();
      if (isFatal(thrown)) throw thrown;
      const context = { server, auth, timeoutMs: attemptTimeoutMs, probe: options.probe, signal };
      const error = await connectFailure(thrown, context);
      signal?.throwIfAborted();
      if (!("reason" in error)) backoff = BACKOFF;
      options.onAttemptFailed?.({ server: server.url, attempt, error });
    }
    if (attempt % servers.length === 0) {
      await delay(backoffMs(attempt / servers.length, backoff), signal);
      backoff = LONG_BACKOFF;
    }
  }
}

/** The user name in the URL comes first. */
async function authOf(
  server: ServerUrl,
  auth: ConnectOptions["auth"],
): Promise<LoadedAuth | undefined> {
  if (server.auth) return server.auth;
  const given = typeof auth === "function" ? await auth() : auth;
  return given && await loadAuth(given);
}

function isConfigError(error: unknown): boolean {
  return hasCode(error, "config");
}
