/** Sends pull requests. @module */

import type { PullContext } from "./pull_context.ts";
import type { PendingRequests } from "./pending_requests.ts";
import type { PullInbox } from "./pull_inbox.ts";

const encoder = new TextEncoder();

/** What is requested. */
export interface PullRequest {
  readonly subject: string;
  readonly id: number;
  readonly batch: number;
  readonly expiresMs: number;
  /** Takes what is at hand, and does not wait for more. */
  readonly noWait: boolean;
}

/** Sends a pull request, and adds it to the pending ones. Returns whether it was sent. */
export function sendRequest(
  { connection }: PullContext,
  inbox: PullInbox,
  requests: PendingRequests,
  { subject, id, batch, expiresMs, noWait }: PullRequest,
): boolean {
  const options = noWait ? `,"no_wait":true` : "";
  const body = `{"batch":${batch},"expires":${expiresMs * 1e6}${options}}`;
  const reply = `${inbox.subject}.${id}-${batch}`;
  if (!connection.send(subject, encoder.encode(body), { reply })) return false;
  const now = performance.now();
  requests.add(id, batch, now, now + expiresMs);
  return true;
}
