import { describe, expect, test } from "vitest";
import { isAckSubject, readAckSubject } from "../../src/transport/nats/pull/ack_subject.ts";
import { PullRequests } from "../../src/transport/nats/pull/pending_requests.ts";
import { readPullStatus } from "../../src/transport/nats/pull/pull_status.ts";
import { parseServer, siblingServer } from "../../src/transport/nats/dial/server_url.ts";

describe("the subject that a delivery is answered on", () => {
  const facts = { deliveryCount: 3, sequence: 41, timestampMs: 1_795_459_822_365 };

  test.each([
    ["of nine tokens", "$JS.ACK.messages.deploy.3.41.7.1795459822365450659.12"],
    ["with domain and account", "$JS.ACK.hub.AC12.messages.deploy.3.41.7.1795459822365450659.12"],
    [
      "with domain, account and a random end",
      "$JS.ACK._.AC12.messages.deploy.3.41.7.1795459822365450659.12.x7",
    ],
  ])("tells sequence, count and time: %s", (_, subject) => {
    expect(isAckSubject(subject)).toBe(true);
    expect(readAckSubject(subject)).toEqual(facts);
  });

  test.each([
    "$JS.ACK.messages.deploy.3.41.7.1795459822365450659",
    "$JS.ACK.messages.deploy.x.41.7.1795459822365450659.12",
    "$JS.ACK.messages.deploy.0.0.0.0.0",
    "_INBOX.a.b.c.d.e.f.g.h",
    "",
  ])("is not taken for one when it is not: %s", (subject) => {
    expect(readAckSubject(subject)).toBeUndefined();
  });
});

describe("a status instead of a message", () => {
  /** Headers as the client library gives them. */
  const status = (code: number, description = "", pending?: number) =>
    readPullStatus(
      {
        code,
        description,
        get: (name: string) =>
          name === "Nats-Pending-Messages" && pending !== undefined ? String(pending) : "",
      } as Parameters<typeof readPullStatus>[0],
    );

  test("of a request that lapsed says how many are left", () => {
    expect(status(408, "Request Timeout", 3)).toEqual({ kind: "lapsed", left: 3 });
    expect(status(408, "Request Timeout", 0)).toEqual({ kind: "lapsed", left: 0 });
    expect(status(404, "No Messages")).toEqual({ kind: "lapsed", left: undefined });
    expect(status(409, "Batch Completed", 2)).toEqual({ kind: "lapsed", left: 2 });
    expect(status(409, "Message Size Exceeds MaxBytes", 2)).toEqual({ kind: "lapsed", left: 2 });
  });

  test.each([
    [100, "Idle Heartbeat", "alive"],
    [409, "Consumer Deleted", "gone"],
    [503, "", "gone"],
    [409, "Leadership Change", "moved"],
    [409, "Server Shutdown", "moved"],
    [409, "Exceeded MaxWaiting", "later"],
    [409, "Exceeded MaxAckPending", "later"],
    [409, "Something New", "later"],
    [409, "Consumer is push based", "refused"],
    [409, "Exceeded MaxRequestBatch of 1", "refused"],
    [409, "Exceeded MaxRequestExpires of 1s", "refused"],
    [409, "Exceeded MaxRequestMaxBytes of 1", "refused"],
    [400, "Bad Request", "refused"],
    [423, "Nats-Pin-Id mismatch", "refused"],
  ])("%i %s means %s", (code, description, kind) => {
    expect(status(code, description).kind).toBe(kind);
  });

  test("without headers is refused", () => {
    expect(readPullStatus(undefined).kind).toBe("refused");
  });
});

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

describe("a server's URL", () => {
  test("is shown without user name and password", () => {
    const server = parseServer("tls://me:s%40cret@nats.example:4443");
    expect(server).toEqual({
      url: "tls://nats.example:4443",
      tlsName: "nats.example",
      address: "nats.example:4443",
      secure: true,
      auth: { user: "me", password: "s@cret" },
    });
  });

  test("may hold a token, an IPv6 address, or a path", () => {
    expect(parseServer("nats://t0k3n@h").auth).toEqual({ token: "t0k3n" });
    expect(parseServer("tls://[::1]:4222")).toMatchObject({
      address: "[::1]:4222",
      tlsName: "::1",
    });
    expect(parseServer("wss://h/path?q=1")).toMatchObject({
      url: "wss://h/path?q=1",
      secure: true,
    });
    expect(parseServer("nats://h").auth).toBeUndefined();
  });

  test("passes user and certificate name on to the servers of its cluster", () => {
    const origin = parseServer("tls://me:secret@nats.example:4443");
    expect(siblingServer(origin, "10.0.0.2:4443")).toEqual({
      ...origin,
      url: "tls://10.0.0.2:4443",
      address: "10.0.0.2:4443",
    });
  });
});
