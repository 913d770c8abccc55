/** Errors of pulls that ended. @module */

import { PullLostError, type PullLostReason } from "../errors.ts";

const DETAILS: Readonly<Record<PullLostReason, string>> = {
  "consumer-deleted": "the consumer does not exist; create it again",
  "stream-deleted": "the stream does not exist; create it again",
  "heartbeats-missed": "heartbeats missed; pull again",
  "closed": "the connection was closed; connect again",
  "refused": "the server refused the request",
};

/** Creates the error of a pull that ended. */
export function pullLost(
  reason: PullLostReason,
  stream: string,
  durable: string,
  detail: string = DETAILS[reason],
  cause?: Error,
): PullLostError {
  return new PullLostError(
    reason,
    `cannot pull from consumer ${durable} of stream ${stream}: ${detail}`,
    { cause },
  );
}
