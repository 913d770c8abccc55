import { expect, it } from "vitest";
import type { Lease } from "../../../src/manager/run/lease.ts";
import { GuardedDelivery } from "../../../src/manager/worker/guarded_delivery.ts";
import type { StreamIdentity } from "../../../src/manager/worker/stream_identity.ts";
import type { Delivery } from "../../../src/transport/transport.ts";

/** A guarded delivery whose stream is looked up for as long as the test wants. */
function guarded() {
  const naks: (number | undefined)[] = [];
  const acts: (() => void)[] = [];
  const identity = {
    now: { created: "2026-01-01T00:00:00Z", doubts: 0 },
    naks: new Map<number, unknown>(),
    connected: true,
    ifStill: (_seen: unknown, _arrivedAt: number, act: () => void) => void acts.push(act),
  };
  const message = { sequence: 7, nak: (delayMs?: number) => void naks.push(delayMs) };
  const lease = { held: true };
  const deliver = () => {
    const delivery = new GuardedDelivery(
      message as Partial<Delivery> as Delivery,
      identity as Partial<StreamIdentity> as StreamIdentity,
    );
    delivery.lease = lease as Partial<Lease> as Lease;
    return delivery;
  };
  const looked = () => acts.forEach((act) => act());
  return { delivery: deliver(), deliver, lease, naks, looked };
}

it("an event is handed back once its stream is known to be the same", () => {
  const { delivery, naks, looked } = guarded();
  delivery.nak(500);
  expect(naks).toEqual([]);
  looked();
  expect(naks).toEqual([500]);
});

it("an event is not handed back when its lease has run out while its stream was looked up", () => {
  const { delivery, lease, naks, looked } = guarded();
  delivery.nak(500);
  lease.held = false;
  looked();
  expect(naks).toEqual([]);
});

it("an event is not handed back when it has been delivered again while its stream was looked up", () => {
  const { delivery, deliver, naks, looked } = guarded();
  delivery.nak(500);
  const next = deliver(); // Its consumer was deleted and recreated, and the old nak would end this delivery.
  looked();
  expect(naks).toEqual([]);
  next.nak(700);
  looked();
  expect(naks).toEqual([700]);
});
