/** Requests to JetStream's own API. @module */

import type { Msg } from "@nats-io/nats-core";
import { ConnectionError, ConveyorError, hasCode, TimeoutError } from "../../../errors.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";

/** An error that JetStream answers with. */
export interface ApiFailure {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

/** Codes of JetStream's errors. @see https://github.com/nats-io/nats-server/blob/main/server/errors.json */
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
  messageIdInProcess: 10158,
  streamOffline: 10118,
  consumerOffline: 10119,
  wrongLastSequenceConstant: 10164,
} as const;

/** What JetStream refused. */
export class JetStreamApiError extends ConveyorError {
  /** The class's name. */
  override name = "JetStreamApiError";
  /** JetStream's own code of the error. */
  readonly errorCode: number;
  /** JetStream's own words. */
  readonly description: string;

  /** Makes an error about an action that JetStream refused. */
  constructor(action: string, { err_code, description }: ApiFailure) {
    super("broker", `cannot ${action}: the server answers "${description}" (error ${err_code})`);
    this.errorCode = err_code;
    this.description = description;
  }
}

/** Whether an error is one that JetStream's API answered with, recognised by its code. */
export function isApiError(error: unknown): error is JetStreamApiError {
  return hasCode(error, "broker") && "errorCode" in error;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const EMPTY = new Uint8Array();

/** Time for JetStream to answer, in milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * Asks JetStream's API.
 *
 * @param action What is being done, for messages: `create stream messages`.
 * @throws {JetStreamApiError} when it answers with an error.
 * @throws {ConnectionError} when there is no JetStream, or the connection is closed.
 * @throws {TimeoutError} when it does not answer.
 */
export function askApi<T>(
  replies: RequestMux,
  action: string,
  path: string,
  body?: unknown,
): Promise<T> {
  return new Promise<T>((resolve, reject) =>
    replies.request({
      subject: `$JS.API.${path}`,
      data: body === undefined ? EMPTY : encoder.encode(JSON.stringify(body)),
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
      onReply(message) {
        if (isNoResponders(message)) {
          return reject(
            new ConnectionError(
              `cannot ${action}: JetStream does not answer; it may still be starting, or it is not enabled on the server`,
            ),
          );
        }
        const answer = parseReply<T & { error?: ApiFailure }>(message);
        if (!answer) {
          reject(new ConnectionError(`cannot ${action}: the server's answer is not JSON`));
        } else if (answer.error) reject(refusal(action, answer.error));
        else resolve(answer);
      },
      onTimeout: () =>
        reject(
          new TimeoutError(
            `cannot ${action}: no answer from JetStream within ${TIMEOUT_MS} ms; is the server up, and has its cluster a leader?`,
            TIMEOUT_MS,
          ),
        ),
      onFailed: reject,
    })
  );
}

/** What passes when JetStream or its cluster is up. */
const NOT_NOW: ReadonlySet<number> = new Set([
  API_ERROR.noPeers,
  API_ERROR.unavailable,
  API_ERROR.notLeader,
  API_ERROR.notEnabledForAccount,
  API_ERROR.notEnabled,
  API_ERROR.streamOffline,
  API_ERROR.consumerOffline,
]);

/** The error that an action fails with when JetStream refuses it: of another kind when it may only be too early. */
export function refusal(action: string, failure: ApiFailure): ConveyorError {
  const refused = new JetStreamApiError(action, failure);
  if (!NOT_NOW.has(failure.err_code)) return refused;
  return new ConnectionError(
    `${refused.message}; enable JetStream, or wait until it and its cluster are up`,
    { cause: refused },
  );
}

/** Reads a reply's JSON; `undefined` when it is none. */
export function parseReply<T>(message: Msg): T | undefined {
  try {
    return JSON.parse(decoder.decode(message.data)) as T;
  } catch {
    return undefined;
  }
}
