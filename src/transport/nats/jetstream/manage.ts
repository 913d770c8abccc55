/** JetStream's API through the client library's management, whose errors become the package's. @module */

import type { ApiError, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import { ConfigError, ConnectionError, TimeoutError } from "../../../errors.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";
import { apiError } from "./api_errors.ts";

/** Time for JetStream to respond, in milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * Calls the client library's management.
 *
 * @param action The action, for messages: `create stream messages`.
 * @throws {JetStreamApiError} when the response is an error.
 * @throws {ConnectionError} when JetStream is not available, or the connection is closed.
 * @throws {TimeoutError} when it does not respond in time.
 * @throws {ConfigError} when a name is invalid.
 */
export type Manage = <T>(
  action: string,
  call: (manager: JetStreamManager) => Promise<T>,
) => Promise<T>;

type Library =
  & typeof import("@nats-io/jetstream/internal")
  & typeof import("@nats-io/nats-core/internal");

let library: Promise<Library> | undefined;

/** Loads the client library on demand: a program that does not connect to NATS does not load it. */
export function loadLibrary(): Promise<Library> {
  return library ??= Promise.all([
    import("@nats-io/jetstream/internal"),
    import("@nats-io/nats-core/internal"),
  ]).then(([jetstream, core]) => ({ ...core, ...jetstream }));
}

/** Creates the management of a connection. Its requests are sent again when the connection is restored. */
export function createManage(mux: RequestMux, serverVersion: () => string): Manage {
  let manager: Promise<JetStreamManager> | undefined;
  const create = async () => {
    const library = await loadLibrary();
    return await library.jetstreamManager(asNatsConnection(library, mux, serverVersion), {
      apiPrefix: mux.apiPrefix,
      checkAPI: false,
      timeout: TIMEOUT_MS,
    });
  };
  return async (action, call) => {
    try {
      return await call(await (manager ??= create()));
    } catch (thrown) {
      throw managementError(action, thrown as Error);
    }
  };
}

/** What the management uses of a connection. */
function asNatsConnection(
  { errors, Features, parseSemVer }: Library,
  mux: RequestMux,
  serverVersion: () => string,
): NatsConnection {
  const connection = {
    options: {},
    get features() {
      return new Features(parseSemVer(serverVersion()));
    },
    request: (subject: string, data: Uint8Array, { timeout }: { timeout: number }) =>
      new Promise((resolve, reject) =>
        mux.request({
          subject,
          data,
          timeoutMs: timeout,
          idempotent: true,
          onReply: (message) =>
            isNoResponders(message)
              ? reject(
                new errors.RequestError("", { cause: new errors.NoRespondersError(subject) }),
              )
              : resolve(message),
          onTimeout: () => reject(new errors.TimeoutError()),
          onFailed: reject,
        })
      ),
  };
  return connection as unknown as NatsConnection;
}

interface LibraryError extends Error {
  readonly code?: unknown;
  apiError?(): ApiError;
}

/** Creates the error of what the client library has thrown. Errors of the package are passed on. */
function managementError(action: string, thrown: LibraryError): Error {
  if (typeof thrown.code === "string") return thrown;
  const body = thrown.apiError?.() ?? (thrown.cause as LibraryError | undefined)?.apiError?.();
  if (body) return apiError(action, body);
  switch (thrown.name) {
    case "TimeoutError":
      return new TimeoutError(
        `cannot ${action}: no response from JetStream within ${TIMEOUT_MS} ms; check the server and the leader of its cluster`,
        TIMEOUT_MS,
      );
    case "JetStreamNotEnabled":
      return new ConnectionError(
        `cannot ${action}: JetStream has no responders; wait until it has started, or enable it on the server`,
      );
    case "Error":
    case "InvalidNameError":
    case "InvalidArgumentError":
      return new ConfigError("name", `cannot ${action}: ${thrown.message}`, { cause: thrown });
    default:
      return new ConnectionError(`cannot ${action}: the server's response is not JSON`, {
        cause: thrown,
      });
  }
}
