import { describe, expect, test } from "vitest";
import { PendingRequests } from "../../../../src/transport/nats/pull/pending_requests.ts";

describe("pending pull requests", () => {
  test("are settled when every message has arrived", async () => {
    const requests = new PendingRequests();
    requests.add({ id: 0, batch: 2, sentAt: 1, expiresAt: 100 });
    requests.add({ id: 1, batch: 1, sentAt: 2, expiresAt: 200 });
    expect([requests.messages, requests.expiresAt]).toEqual([3, 200]);
    const settled = requests.settled(60_000);
    for (let message = 0; message < 3; message++) requests.onMessage();
    await settled;
    expect([requests.messages, requests.expiresAt]).toEqual([0, 0]);
  });

  test("subtract the undelivered messages of an expired request", () => {
    const requests = new PendingRequests();
    requests.add({ id: 0, batch: 5, sentAt: 1, expiresAt: 100 });
    requests.onMessage();
    requests.onEnd(0, 4);
    expect(requests.messages).toBe(0);
  });

  test("never fall below zero, whatever the server reports", () => {
    const requests = new PendingRequests();
    for (let id = 0; id < 5; id++) requests.add({ id, batch: 1, sentAt: 1, expiresAt: 100 });
    for (let message = 0; message < 3; message++) requests.onMessage();
    requests.onEnd(3, 1);
    requests.onEnd(4, 9);
    expect(requests.messages).toBe(0);
  });

  test("tell since when the next message may be on its way", () => {
    const requests = new PendingRequests();
    requests.add({ id: 0, batch: 2, sentAt: 10, expiresAt: 100 });
    requests.add({ id: 1, batch: 1, sentAt: 20, expiresAt: 110 });
    requests.onMessage();
    expect(requests.oldestSentAt).toBe(10);
    requests.onEnd(0, 1);
    expect(requests.oldestSentAt).toBe(20);
    requests.onMessage();
    expect(requests.oldestSentAt).toBe(20);
  });

  test("end the request that the server names, and leave older ones pending", () => {
    const requests = new PendingRequests();
    requests.add({ id: 0, batch: 1, sentAt: 10, expiresAt: 5000 });
    requests.add({ id: 1, batch: 3, sentAt: 20, expiresAt: 300 });
    requests.onEnd(1, 3);
    expect([requests.messages, requests.oldestSentAt]).toEqual([1, 10]);
  });

  test("drop a request that the server has lost once a later one has ended", () => {
    const requests = new PendingRequests();
    requests.add({ id: 0, batch: 1, sentAt: 0, expiresAt: 5000 });
    requests.add({ id: 1, batch: 1, sentAt: 6000, expiresAt: 11_000 });
    requests.add({ id: 2, batch: 1, sentAt: 8000, expiresAt: 13_000 });
    requests.onEnd(1, 1);
    expect([requests.messages, requests.oldestSentAt]).toEqual([2, 0]);
    requests.onEnd(2, 1);
    expect(requests.messages).toBe(0);
  });
});
