/** The words for a pull that came to its end. @module */

import { PullLostError, type PullLostReason } from "../errors.ts";

const WHY: Readonly<Record<PullLostReason, string>> = {
  "consumer-deleted": "the consumer does not exist; create it again",
  "stream-deleted": "the stream does not exist; wait until it is there again",
  "heartbeats-missed": "the server has not been heard of for too long; pull again",
  "closed": "the connection was closed; connect again",
  "refused": "the server refused",
};

/** Makes the error of a pull that came to its end. */
export function pullLost(
  reason: PullLostReason,
  stream: string,
  durable: string,
  detail: string = WHY[reason],
): PullLostError {
  return new PullLostError(
    reason,
    `cannot pull from consumer ${durable} of stream ${stream}: ${detail}`,
  );
}
