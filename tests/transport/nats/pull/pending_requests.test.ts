import { describe, expect, test } from "vitest";
import { PendingRequests } from "../../../../src/transport/nats/pull/pending_requests.ts";

describe("pending pull requests", () => {
  test("are settled when every message has arrived", async () => {
    const requests = new PendingRequests();
    requests.add(0, 2, 1, 100);
    requests.add(1, 1, 2, 200);
    expect([requests.messages, requests.expiresAt]).toEqual([3, 200]);
    const settled = requests.settled(60_000);
    for (let message = 0; message < 3; message++) requests.onMessage();
    await settled;
    expect([requests.messages, requests.expiresAt]).toEqual([0, 0]);
  });

  test("subtract the undelivered messages of an expired request", () => {
    const requests = new PendingRequests();
    requests.add(0, 5, 1, 100);
    requests.onMessage();
    requests.onEnd(0, 4);
    expect(requests.messages).toBe(0);
  });

  test("never fall below zero, whatever the server reports", () => {
    const requests = new PendingRequests();
    for (let id = 0; id < 5; id++) requests.add(id, 1, 1, 100);
    for (let message = 0; message < 3; message++) requests.onMessage();
    requests.onEnd(3, 1);
    requests.onEnd(4, 9);
    expect(requests.messages).toBe(0);
  });

  test("tell since when the next message may be on its way", () => {
    const requests = new PendingRequests();
    requests.add(0, 2, 10, 100);
    requests.add(1, 1, 20, 110);
    requests.onMessage();
    expect(requests.oldestSentAt).toBe(10);
    requests.onEnd(0, 1);
    expect(requests.oldestSentAt).toBe(20);
    requests.onMessage();
    expect(requests.oldestSentAt).toBe(20);
  });

  test("end the request that the server names, and leave older ones pending", () => {
    const requests = new PendingRequests();
    requests.add(0, 1, 10, 5000);
    requests.add(1, 3, 20, 300);
    requests.onEnd(1, 3);
    expect([requests.messages, requests.oldestSentAt]).toEqual([1, 10]);
  });

  test("drop a request that the server has lost once a later one has ended", () => {
    const requests = new PendingRequests();
    requests.add(0, 1, 0, 5000);
    requests.add(1, 1, 6000, 11_000);
    requests.add(2, 1, 8000, 13_000);
    requests.onEnd(1, 1);
    expect([requests.messages, requests.oldestSentAt]).toEqual([2, 0]);
    requests.onEnd(2, 1);
    expect(requests.messages).toBe(0);
  });
});
