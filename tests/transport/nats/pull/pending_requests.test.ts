import { describe, expect, test } from "vitest";
import { PullRequests } from "../../../../src/transport/nats/pull/pending_requests.ts";

describe("the account of requests for messages", () => {
  test("is even when every message has come", async () => {
    const requests = new PullRequests();
    requests.made(2, 100);
    requests.made(1, 200);
    expect([requests.owed, requests.lapseAt]).toEqual([3, 200]);
    const settled = requests.settled(60_000);
    for (let message = 0; message < 3; message++) requests.arrived();
    await settled;
    expect([requests.owed, requests.lapseAt]).toEqual([0, 0]);
  });

  test("counts what a lapsed request leaves undelivered", () => {
    const requests = new PullRequests();
    requests.made(5, 100);
    requests.arrived();
    requests.ended(4);
    expect(requests.owed).toBe(0);
  });

  test("never falls below nothing, whatever the server says is left", () => {
    const requests = new PullRequests();
    for (let request = 0; request < 5; request++) requests.made(1, 100);
    for (let message = 0; message < 3; message++) requests.arrived();
    requests.ended(1);
    requests.ended(9);
    expect(requests.owed).toBe(0);
  });
});
