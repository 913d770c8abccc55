/** Errors of the JetStream API. @module */

import type { ApiError } from "@nats-io/jetstream";
import { ConnectionError, ConveyorError, hasCode } from "../../../errors.ts";

/**
 * Error codes of JetStream: those that the client library names, by its names, and others. Copied, because the library is
 * loaded on demand.
 *
 * @see https://github.com/nats-io/nats-server/blob/main/server/errors.json
 */
export const API_ERROR = {
  ConsumerAlreadyExists: 10148,
  ConsumerDoesNotExist: 10149,
  ConsumerNameExists: 10013,
  ConsumerNotFound: 10014,
  FiltersOverlap: 10138,
  JetStreamNotEnabledForAccount: 10039,
  MessageIdInProcess: 10158,
  NoMessageFound: 10037,
  StreamNameInUse: 10058,
  StreamNotFound: 10059,
  StreamWrongLastSequence: 10071,
  StreamWrongLastSequenceUnknown: 10164,
  SubjectsOverlap: 10065,
  WorkQueueNotUnique: 10100,
  WorkQueueUnfiltered: 10099,
} as const;

/** Errors that are resolved when JetStream and its cluster are up. */
const TRANSIENT: ReadonlySet<number> = new Set([
  10005, // no suitable peers
  10008, // JetStream system temporarily unavailable
  10009, // not the leader
  API_ERROR.JetStreamNotEnabledForAccount,
  10076, // JetStream not enabled
  10118, // stream offline
  10119, // consumer offline
]);

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
