/** JetStream's API through the client library's management, whose errors become the package's. @module */

import { type ApiError, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { errors, type NatsConnection } from "@nats-io/nats-core";
import { Features, parseSemVer } from "@nats-io/nats-core/internal";
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

/** Creates the management of a connection. Its requests are sent again when the connection is restored. */
export function createManage(mux: RequestMux, serverVersion: () => string): Manage {
  const manager = jetstreamManager(asNatsConnection(mux, serverVersion), {
    apiPrefix: mux.apiPrefix,
    checkAPI: false,
    timeout: TIMEOUT_MS,
  });
  return async (action, call) => {
    try {
      return await call(await manager);
    } catch (thrown) {
      throw managementError(action, thrown as Error);
    }
  };
}

/** What the management uses of a connection. */
function asNatsConnection(mux: RequestMux, serverVersion: () => string): NatsConnection {
  const connection = {
    options: {},
    get features(): Features {
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
