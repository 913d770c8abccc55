import { describe, expect, test } from "vitest";
import { PendingRequests } from "../../../../src/transport/nats/pull/pending_requests.ts";

describe("pending pull requests", () => {
  test("are settled when every message has arrived", async () => {
    const requests = new PendingRequests();
    requests.add(2, 100);
    requests.add(1, 200);
    expect([requests.messages, requests.expiresAt]).toEqual([3, 200]);
    const settled = requests.settled(60_000);
    for (let message = 0; message < 3; message++) requests.onMessage();
    await settled;
    expect([requests.messages, requests.expiresAt]).toEqual([0, 0]);
  });

  test("subtract the undelivered messages of an expired request", () => {
    const requests = new PendingRequests();
    requests.add(5, 100);
    requests.onMessage();
    requests.onEnd(4);
    expect(requests.messages).toBe(0);
  });

  test("never fall below zero, whatever the server reports", () => {
    const requests = new PendingRequests();
    for (let request = 0; request < 5; request++) requests.add(1, 100);
    for (let message = 0; message < 3; message++) requests.onMessage();
    requests.onEnd(1);
    requests.onEnd(9);
    expect(requests.messages).toBe(0);
  });
});
