import { describe, expect, test } from "vitest";
import { isAckSubject, readAckSubject } from "../../../../src/transport/nats/pull/ack_subject.ts";

describe("the ack subject of a delivery", () => {
  const info = { deliveryCount: 3, sequence: 41, timestampMs: 1_795_459_822_365, pending: 12 };

  test.each([
    ["of nine tokens", "$JS.ACK.messages.deploy.3.41.7.1795459822365450659.12"],
    ["with domain and account", "$JS.ACK.hub.AC12.messages.deploy.3.41.7.1795459822365450659.12"],
    [
      "with domain, account and a random token",
      "$JS.ACK._.AC12.messages.deploy.3.41.7.1795459822365450659.12.x7",
    ],
  ])("holds sequence, delivery count and time: %s", (_, subject) => {
    expect(isAckSubject(subject)).toBe(true);
    expect(readAckSubject(subject)).toEqual(info);
  });

  test.each([
    "$JS.ACK.messages.deploy.3.41.7.1795459822365450659",
    "$JS.ACK.messages.deploy.x.41.7.1795459822365450659.12",
    "$JS.ACK.messages.deploy.0.0.0.0.0",
    "_INBOX.a.b.c.d.e.f.g.h",
    "",
  ])("is undefined for other subjects: %s", (subject) => {
    expect(readAckSubject(subject)).toBeUndefined();
  });
});
