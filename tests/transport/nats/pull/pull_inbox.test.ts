import type { Msg } from "@nats-io/nats-core";
import { describe, expect, it } from "vitest";
import type { ReconnectingConnection } from "../../../../src/transport/nats/core/reconnecting_connection.ts";
import { PendingRequests } from "../../../../src/transport/nats/pull/pending_requests.ts";
import { PullInbox } from "../../../../src/transport/nats/pull/pull_inbox.ts";

const REPLY = "$JS.ACK.messages.deploy.1.1.1.0.0";

/** An inbox whose server is the test. */
function openInbox() {
  const subscriptions = new Map<string, (message: Msg) => void>();
  const received: (number | undefined)[] = [];
  const connection = {
    subscribe(subject: string, onMessage: (message: Msg) => void) {
      subscriptions.set(subject, onMessage);
      return {
        unsubscribe: () => void subscriptions.delete(subject),
        drain: () => Promise.resolve(void subscriptions.delete(subject)),
      };
    },
  } as unknown as ReconnectingConnection;
  const inbox = new PullInbox(connection, "_INBOX.p0", (_message, at) => received.push(at));
  const requests = new PendingRequests();
  return {
    inbox,
    requests,
    received,
    subjects: () => [...subscriptions.keys()],
    /** The server responds to what was requested on an inbox. */
    respond: (subject: string, reply: string | undefined) =>
      subscriptions.get(`${subject}.*`)?.({ reply } as Msg),
  };
}

describe("the inbox of a pull", () => {
  it("counts a message for a request that was given up from when that was sent", () => {
    const { inbox, requests, received, respond } = openInbox();
    requests.add(0, 1, 1000, 1500);
    const before = inbox.subject;
    inbox.giveUp(requests);
    requests.add(1, 1, 4000, 4500);
    respond(inbox.subject, REPLY);
    respond(before, REPLY);
    expect(received).toEqual([undefined, 1000]);
    expect(requests.messages).toBe(1);
  });

  it("hears no more of how a request ended that was given up", () => {
    const { inbox, requests, received, respond } = openInbox();
    const before = inbox.subject;
    inbox.giveUp(requests);
    respond(before, undefined);
    respond(inbox.subject, undefined);
    expect(received).toEqual([undefined]);
  });

  it("leaves what comes later than that to its redelivery", () => {
    const { inbox, requests, subjects } = openInbox();
    const first = inbox.subject;
    inbox.giveUp(requests);
    const second = inbox.subject;
    inbox.giveUp(requests);
    expect(subjects()).toEqual([`${second}.*`, `${inbox.subject}.*`]);
    expect(inbox.isAt(`${inbox.subject}.*`)).toBe(true);
    expect(inbox.isAt(`${first}.*`)).toBe(false);
  });

  it.each(["unsubscribe", "drain"] as const)("is not opened again after %s", async (end) => {
    const { inbox, requests, subjects } = openInbox();
    inbox.giveUp(requests);
    await inbox[end]();
    inbox.giveUp(requests);
    expect(subjects()).toEqual([]);
  });
});
