/**
 * What a server says to a request for messages instead of a message.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-37.md
 * @module
 */

import type { MsgHdrs } from "@nats-io/nats-core";

/** What to make of a status. */
export type PullStatus =
  /** The server is alive, and the request stands. */
  | { kind: "alive" }
  /** The request has ended as it should: ask again. `left` messages of it have not come. */
  | { kind: "lapsed"; left: number | undefined }
  /** Every request has ended, because the consumer moves or its server goes away: ask again after a pause. */
  | { kind: "moved"; notice: string }
  /** This request was not taken: ask again after a pause. */
  | { kind: "later"; left: number | undefined; notice: string }
  /** There may be no such consumer any more: look. */
  | { kind: "gone" }
  /** No request of this kind will ever be taken. */
  | { kind: "refused"; detail: string };

/** Tells what a status is about. Statuses are told apart by text where the server gives them all one code. */
export function readPullStatus(headers: MsgHdrs | undefined): PullStatus {
  const code = headers?.code ?? 0;
  const text = headers?.description ?? "";
  const pending = headers?.get("Nats-Pending-Messages");
  const left = pending ? Number(pending) : undefined;
  switch (code) {
    case 100:
      return { kind: "alive" };
    case 404:
    case 408:
      return { kind: "lapsed", left };
    case 409:
      return conflict(text, left);
    case 503:
      return { kind: "gone" };
    default:
      return { kind: "refused", detail: `the server answers "${code} ${text}"` };
  }
}

function conflict(text: string, left: number | undefined): PullStatus {
  if (/consumer deleted/i.test(text)) return { kind: "gone" };
  if (/leadership change|server shutdown/i.test(text)) {
    return { kind: "moved", notice: `the server says "${text}"; asking again` };
  }
  if (/batch completed|maxbytes$/i.test(text) && !/maxrequest/i.test(text)) {
    return { kind: "lapsed", left };
  }
  if (/push based/i.test(text)) {
    return {
      kind: "refused",
      detail: "it pushes its messages to a subject; delete it, so that it can be made anew",
    };
  }
  if (/maxrequest/i.test(text)) {
    return {
      kind: "refused",
      detail: `the server says "${text}"; remove the request limits from the consumer`,
    };
  }
  if (/maxwaiting/i.test(text)) {
    return {
      kind: "later",
      left,
      notice: "more instances wait for this consumer's messages than it lets wait; " +
        "run fewer, or make the consumer anew with a larger max_waiting",
    };
  }
  return { kind: "later", left, notice: `the server says "${text}"; asking again` };
}
