/** JetStream's API through the client library's management, whose errors become the package's. @module */

import { errors, type NatsConnection } from "@nats-io/nats-core";
import { Features, parseSemVer } from "@nats-io/nats-core/internal";
import {
  type ApiError,
  JetStreamApiCodes,
  type JetStreamManager,
  jetstreamManager,
} from "@nats-io/jetstream";
import {
  ConfigError,
  ConnectionError,
  ConveyorError,
  hasCode,
  TimeoutError,
} from "../../../errors.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";

const OTHER_ERRORS = {
  ConsumerAlreadyExists: 10148,
  ConsumerDoesNotExist: 10149,
  ConsumerNameExists: 10013,
  FiltersOverlap: 10138,
  MessageIdInProcess: 10158,
  StreamNameInUse: 10058,
  SubjectsOverlap: 10065,
  WorkQueueNotUnique: 10100,
  WorkQueueUnfiltered: 10099,
} as const;

/**
 * Error codes of JetStream: those that the client library names, and others.
 *
 * @see https://github.com/nats-io/nats-server/blob/main/server/errors.json
 */
export const API_ERROR: typeof JetStreamApiCodes & typeof OTHER_ERRORS = {
  ...JetStreamApiCodes,
  ...OTHER_ERRORS,
};

/** Errors that are resolved when JetStream and its cluster are up. */
const TRANSIENT: ReadonlySet<number> = new Set([
  10005, // no suitable peers
  10008, // JetStream system temporarily unavailable
  10009, // not the leader
  JetStreamApiCodes.JetStreamNotEnabledForAccount,
  10076, // JetStream not enabled
  10118, // stream offline
  10119, // consumer offline
]);

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

/** An error response of the JetStream API. Code `broker`. */
export class JetStreamApiError extends ConveyorError {
  /** The class's name. */
  override name = "JetStreamApiError";
  /** JetStream's error code. */
  readonly errorCode: number;

  /** Creates the error of an action. */
  constructor(action: string, { err_code, description }: ApiError) {
    super("broker", `cannot ${action}: the server responds "${description}" (error ${err_code})`);
    this.errorCode = err_code;
  }
}

/** Whether an error is an error response of the JetStream API, of one of these codes if any are given. */
export function isApiError(error: unknown, ...codes: number[]): error is JetStreamApiError {
  return hasCode(error, "broker") && "errorCode" in error &&
    (codes.length === 0 || codes.includes(error.errorCode as number));
}

/** Returns the response of a request; `undefined` when it is an error with one of these codes. */
export async function undefinedOn<T>(
  request: Promise<T>,
  ...codes: number[]
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isApiError(error, ...codes)) return undefined;
    throw error;
  }
}

/** Creates the error of an error response: a `ConnectionError` when the action can succeed later. */
export function apiError(action: string, body: ApiError): ConveyorError {
  const error = new JetStreamApiError(action, body);
  if (!TRANSIENT.has(body.err_code)) return error;
  return new ConnectionError(
    `${error.message}; enable JetStream, or wait until it and its cluster are up`,
    { cause: error },
  );
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
