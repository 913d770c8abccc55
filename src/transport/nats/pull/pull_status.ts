/**
 * Status messages: responses to a pull request that are not messages of the stream.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-37.md
 * @module
 */

import type { MsgHdrs } from "@nats-io/nats-core";

/** The meaning of a status message. */
export type PullStatus =
  /** An idle heartbeat: the request is still pending. */
  | { kind: "heartbeat" }
  /** The request has expired: request again. `left` messages of it were not delivered. */
  | { kind: "expired"; left: number | undefined }
  /** All requests have ended, because the consumer moves or its server shuts down: request again after a delay. */
  | { kind: "moved"; notice: string }
  /** The request was refused for now: request again after a delay. */
  | { kind: "retry"; left: number | undefined; notice: string }
  /** The consumer may not exist any more: look it up. */
  | { kind: "gone" }
  /** The request can never succeed. */
  | { kind: "refused"; detail: string };

/** Reads the subject that a request is responded to at: it ends with the request's id and batch. */
export function readRequestSubject(subject: string): { id: number; batch: number } {
  const [id, batch] = subject.slice(subject.lastIndexOf(".") + 1).split("-");
  return { id: Number(id), batch: Number(batch) };
}

/** Classifies a status message. Statuses of code 409 are distinguished by their text. */
export function readPullStatus(headers: MsgHdrs | undefined): PullStatus {
  const code = headers?.code ?? 0;
  const text = headers?.description ?? "";
  const pending = headers?.get("Nats-Pending-Messages");
  const left = pending ? Number(pending) : undefined;
  switch (code) {
    case 100:
      return { kind: "heartbeat" };
    case 404:
    case 408:
      return { kind: "expired", left };
    case 409:
      return conflict(text, left);
    case 503:
      return { kind: "gone" };
    default:
      return { kind: "refused", detail: `the server responds "${code} ${text}"` };
  }
}

function conflict(text: string, left: number | undefined): PullStatus {
  if (/consumer deleted/i.test(text)) return { kind: "gone" };
  if (/leadership change|server shutdown/i.test(text)) {
    return { kind: "moved", notice: `the server responds "${text}"; retrying` };
  }
  if (/batch completed|maxbytes$/i.test(text) && !/maxrequest/i.test(text)) {
    return { kind: "expired", left };
  }
  if (/push based/i.test(text)) {
    return {
      kind: "refused",
      detail: "it is a push consumer; delete it, so that it is created again as a pull consumer",
    };
  }
  if (/maxrequest/i.test(text)) {
    return {
      kind: "refused",
      detail: `the server responds "${text}"; remove the request limits from the consumer`,
    };
  }
  if (/maxwaiting/i.test(text)) {
    return {
      kind: "retry",
      left,
      notice: "more instances wait for messages than max_waiting of the consumer allows; " +
        "run fewer, or create the consumer again with a larger max_waiting",
    };
  }
  return { kind: "retry", left, notice: `the server responds "${text}"; retrying` };
}
