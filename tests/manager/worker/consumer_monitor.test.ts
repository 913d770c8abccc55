import { expect, it, onTestFinished, vi } from "vitest";
import type { Session } from "../../../src/manager/session/session.ts";
import { ConsumerMonitor } from "../../../src/manager/worker/consumer_monitor.ts";
import type { ConsumerInfo } from "../../../src/transport/transport.ts";

/** How long the response with the consumer is on its way, in milliseconds. */
const RESPONSE_MS = 3000;
const AGE_MS = 100;

const LEASES = { setAckWait() {}, learnTime() {}, askedTime: () => ({ at: 0, sleeps: 0 }) };

function monitorOf(
  found: Partial<ConsumerInfo>,
  leases: ConstructorParameters<typeof ConsumerMonitor>[2] = LEASES,
): ConsumerMonitor {
  const connection = {
    connected: true,
    consumerInfo: () =>
      new Promise((resolve) =>
        setTimeout(() => resolve({ ackWaitMs: 30_000, ...found }), RESPONSE_MS)
      ),
  };
  const session = { connection, clock: { learn() {} }, emit() {} } as unknown as Session;
  return new ConsumerMonitor(session, "deploy", leases);
}

it("deliveries of a consumer are its own, however long the response was on its way that told of it", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const monitor = monitorOf({ createdMs: 50_000, serverTimeMs: 50_000 + AGE_MS });
  onTestFinished(() => monitor.unbound());
  const replaced: number[] = [];
  const before = { createdMs: 1, serverTimeMs: 2, ackWaitMs: 30_000 } as ConsumerInfo;
  monitor.bound(before, { at: performance.now(), sleeps: 0 }, {
    onGone: (replacedAt) => void replaced.push(replacedAt),
    onSeen: () => Promise.resolve(),
  });
  const askedAt = performance.now();
  const checked = monitor.check();
  await vi.advanceTimersByTimeAsync(RESPONSE_MS);
  await checked;
  expect(replaced).toEqual([askedAt - AGE_MS]);
});

it("a binding says when the broker was asked for the time that its response holds", () => {
  const learned: unknown[] = [];
  const learnTime = (...what: unknown[]) => void learned.push(what);
  const monitor = monitorOf({}, { ...LEASES, learnTime });
  onTestFinished(() => monitor.unbound());
  const bound = { createdMs: 1, serverTimeMs: 2000, ackWaitMs: 30_000 } as ConsumerInfo;
  const asked = { at: performance.now(), sleeps: 3 };
  monitor.bound(bound, asked, { onGone() {}, onSeen: () => Promise.resolve() });
  expect(learned).toEqual([[2000, asked]]);
});

it("without a connection the broker's time is not waited for", async () => {
  const connection = { connected: false, consumerInfo: () => new Promise(() => {}) };
  const session = { connection, clock: { learn() {} }, emit() {} } as unknown as Session;
  expect(await new ConsumerMonitor(session, "deploy", LEASES).askTime()).toBeUndefined();
});
