/** Requests to the JetStream API. @module */

import type { Msg } from "@nats-io/nats-core";
import { ConnectionError, ConveyorError, hasCode, TimeoutError } from "../../../errors.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";

/** The error in a response of the JetStream API. */
export interface ApiErrorBody {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

/** Error codes of JetStream. @see https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export const API_ERROR = {
  noPeers: 10005,
  unavailable: 10008,
  notLeader: 10009,
  consumerNotFound: 10014,
  messageNotFound: 10037,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  workQueueUnfiltered: 10099,
  workQueueNotUnique: 10100,
  notEnabledForAccount: 10039,
  subjectsOverlap: 10065,
  wrongLastSequence: 10071,
  notEnabled: 10076,
  filtersOverlap: 10138,
  consumerExists: 10148,
  messageIdInProcess: 10158,
  streamOffline: 10118,
  consumerOffline: 10119,
  wrongLastSequenceConstant: 10164,
} as const;

/** An error response of the JetStream API. Code `broker`. */
export class JetStreamApiError extends ConveyorError {
  /** The class's name. */
  override name = "JetStreamApiError";
  /** JetStream's error code. */
  readonly errorCode: number;
  /** JetStream's description. */
  readonly description: string;

  /** Creates the error of an action. */
  constructor(action: string, { err_code, description }: ApiErrorBody) {
    super("broker", `cannot ${action}: the server responds "${description}" (error ${err_code})`);
    this.errorCode = err_code;
    this.description = description;
  }
}

/** Whether an error is an error response of the JetStream API, recognised by its code. */
export function isApiError(error: unknown): error is JetStreamApiError {
  return hasCode(error, "broker") && "errorCode" in error;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const EMPTY = new Uint8Array();

/** Time for JetStream to respond, in milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * Sends a request to the JetStream API.
 *
 * @param action The action, for messages: `create stream messages`.
 * @throws {JetStreamApiError} when the response is an error.
 * @throws {ConnectionError} when JetStream is not available, or the connection is closed.
 * @throws {TimeoutError} when it does not respond in time.
 */
export function requestApi<T>(
  mux: RequestMux,
  action: string,
  path: string,
  body?: unknown,
): Promise<T> {
  return new Promise<T>((resolve, reject) =>
    mux.request({
      subject: `${mux.apiPrefix}.${path}`,
      data: body === undefined ? EMPTY : encoder.encode(JSON.stringify(body)),
      timeoutMs: TIMEOUT_MS,
      idempotent: true,
      onReply(message) {
        if (isNoResponders(message)) {
          return reject(
            new ConnectionError(
              `cannot ${action}: JetStream has no responders; wait until it has started, or enable it on the server`,
            ),
          );
        }
        const response = parseResponse<T & { error?: ApiErrorBody }>(message);
        if (!response) {
          reject(new ConnectionError(`cannot ${action}: the server's response is not JSON`));
        } else if (response.error) reject(apiError(action, response.error));
        else resolve(response);
      },
      onTimeout: () =>
        reject(
          new TimeoutError(
            `cannot ${action}: no response from JetStream within ${TIMEOUT_MS} ms; check the server and the leader of its cluster`,
            TIMEOUT_MS,
          ),
        ),
      onFailed: reject,
    })
  );
}

/** Errors that are resolved when JetStream and its cluster are up. */
const TRANSIENT: ReadonlySet<number> = new Set([
  API_ERROR.noPeers,
  API_ERROR.unavailable,
  API_ERROR.notLeader,
  API_ERROR.notEnabledForAccount,
  API_ERROR.notEnabled,
  API_ERROR.streamOffline,
  API_ERROR.consumerOffline,
]);

/** Creates the error of an error response: a `ConnectionError` when the action can succeed later. */
export function apiError(action: string, body: ApiErrorBody): ConveyorError {
  const error = new JetStreamApiError(action, body);
  if (!TRANSIENT.has(body.err_code)) return error;
  return new ConnectionError(
    `${error.message}; enable JetStream, or wait until it and its cluster are up`,
    { cause: error },
  );
}

/** Parses the JSON of a response; `undefined` when it is not JSON. */
export function parseResponse<T>(message: Msg): T | undefined {
  try {
    return JSON.parse(decoder.decode(message.data)) as T;
  } catch {
    return undefined;
  }
}
