import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LeaseKeeper } from "../../../src/manager/run/lease_keeper.ts";
import type { Delivery } from "../../../src/transport/transport.ts";

const ACK_WAIT_MS = 30_000;

/** The part of a delivery that a lease uses. */
function deliveryThat(renew: () => Promise<boolean>): Delivery & { renewals: number } {
  const delivery = {
    renewals: 0,
    renew() {
      delivery.renewals++;
      return renew();
    },
  };
  return delivery as unknown as Delivery & { renewals: number };
}

describe("a lease", () => {
  let now = 0;
  const keeper = () => new LeaseKeeper({ ackWaitMs: ACK_WAIT_MS, now: () => now });
  /** Lets time pass as a process that is not blocked sees it. */
  const pass = async (ms: number) => {
    for (let step = 0; step < ms; step += 500) {
      now += 500;
      await vi.advanceTimersByTimeAsync(500);
    }
  };

  beforeEach(() => {
    now = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is renewed every third of the ack wait until it is released", async () => {
    const delivery = deliveryThat(() => Promise.resolve(true));
    const lease = keeper().keep(delivery, () => expect.unreachable());
    await pass(4 * ACK_WAIT_MS);
    expect(lease.held).toBe(true);
    expect(delivery.renewals).toBeGreaterThanOrEqual(10);
    expect(delivery.renewals).toBeLessThanOrEqual(12);
    lease.release();
  });

  it("is not renewed after it is released", async () => {
    const delivery = deliveryThat(() => Promise.resolve(true));
    keeper().keep(delivery, () => expect.unreachable()).release();
    await pass(ACK_WAIT_MS);
    expect(delivery.renewals).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that is released is held no longer than a shorter ack wait lets it, once that is known", async () => {
    const leases = keeper();
    const lease = leases.keep(
      deliveryThat(() => Promise.resolve(true)),
      () => expect.unreachable(),
    );
    lease.release();
    await pass(ACK_WAIT_MS / 2);
    expect(lease.held).toBe(true);
    leases.setAckWait(ACK_WAIT_MS / 3);
    expect(lease.held).toBe(false);
  });

  it("is lost, once, when renewals are not confirmed for the ack wait", async () => {
    let lost = 0;
    const lease = keeper().keep(deliveryThat(() => Promise.resolve(false)), () => lost++);
    await pass(2 * ACK_WAIT_MS);
    expect(lost).toBe(1);
    expect(lease.held).toBe(false);
    expect(lease.stalled).toBe(false);
  });

  it.each([1000, 5000, 30_000, 60_000, 600_000])(
    "is lost before an ack wait of %i ms is over, whenever the leases are looked at",
    async (ackWaitMs) => {
      const stepMs = ackWaitMs / 200;
      for (let offset = 0; offset < 12; offset++) {
        const leases = new LeaseKeeper({ ackWaitMs, now: () => now });
        const refused = deliveryThat(() => Promise.resolve(false));
        const first = leases.keep(refused, () => {});
        const step = async () => {
          now += stepMs;
          await vi.advanceTimersByTimeAsync(stepMs);
        };
        for (let count = 0; count < offset; count++) await step();
        const since = now;
        let lostAt = Infinity;
        leases.keep(refused, () => lostAt = now);
        while (lostAt === Infinity) await step();
        expect(lostAt - since).toBeLessThan(ackWaitMs);
        first.release();
        leases.close();
      }
    },
  );

  it("sends no renewal once it may have run out", async () => {
    const until: number[] = [];
    const renew = (timeoutMs: number) => {
      until.push(now + timeoutMs);
      return Promise.resolve(false);
    };
    keeper().keep({ renew } as unknown as Delivery, () => {});
    await pass(2 * ACK_WAIT_MS);
    expect(until.length).toBeGreaterThan(1);
    expect(Math.max(...until)).toBeLessThanOrEqual(0.95 * ACK_WAIT_MS);
  });

  it("survives renewals that fail for less than the ack wait", async () => {
    let confirmed = false;
    const lease = keeper().keep(
      deliveryThat(() => Promise.resolve(confirmed)),
      () => expect.unreachable(),
    );
    await pass(ACK_WAIT_MS / 2);
    confirmed = true;
    await pass(ACK_WAIT_MS);
    expect(lease.held).toBe(true);
    lease.release();
  });

  it("is known to be lost by a process that was blocked past the ack wait, before any timer fires", () => {
    const lease = keeper().keep(deliveryThat(() => Promise.resolve(true)), () => {});
    now += ACK_WAIT_MS;
    expect(lease.held).toBe(false);
    expect(lease.stalled).toBe(true);
    lease.release();
  });

  it("follows an ack wait that changes, at once and for leases that are there", async () => {
    const leases = keeper();
    const delivery = deliveryThat(() => Promise.resolve(true));
    const lease = leases.keep(delivery, () => expect.unreachable());
    leases.setAckWait(3000);
    await pass(9000);
    expect(lease.held).toBe(true);
    expect(delivery.renewals).toBeGreaterThanOrEqual(6);
    lease.release();
  });

  it("that has run out by a shorter ack wait is lost when that is known", async () => {
    const leases = keeper();
    let lost = 0;
    leases.keep(deliveryThat(() => Promise.resolve(true)), () => lost++);
    await pass(ACK_WAIT_MS / 4);
    leases.setAckWait(ACK_WAIT_MS / 5);
    expect(lost).toBe(1);
  });

  it("that ran out does not come back with a longer ack wait", async () => {
    const leases = keeper();
    const lease = leases.keep(deliveryThat(() => Promise.resolve(true)), () => {});
    now += ACK_WAIT_MS;
    leases.setAckWait(10 * ACK_WAIT_MS);
    expect(lease.held).toBe(false);
    await pass(ACK_WAIT_MS);
    expect(lease.held).toBe(false);
    lease.release();
  });

  it("has a longer ack wait once it is renewed", async () => {
    const leases = keeper();
    const lease = leases.keep(deliveryThat(() => Promise.resolve(true)), () => {});
    leases.setAckWait(10 * ACK_WAIT_MS);
    await pass(ACK_WAIT_MS);
    now += 4 * ACK_WAIT_MS;
    expect(lease.held).toBe(true);
    lease.release();
  });

  it("counts from the request of a message that was on its way for long", async () => {
    const leases = keeper();
    expect(leases.isOver(now - ACK_WAIT_MS)).toBe(true);
    expect(leases.isOver(now - ACK_WAIT_MS / 2)).toBe(false);
    let lost = 0;
    const delivery = deliveryThat(() => Promise.resolve(false));
    const lease = leases.keep(delivery, () => lost++, now - ACK_WAIT_MS / 2);
    await pass(ACK_WAIT_MS / 10);
    expect(delivery.renewals).toBe(1);
    await pass(ACK_WAIT_MS / 2);
    expect([lost, lease.held]).toEqual([1, false]);
  });

  it("is held on a host whose wall clock is set, forward and back", async () => {
    const asked: number[] = [];
    const leases: LeaseKeeper = new LeaseKeeper({
      ackWaitMs: ACK_WAIT_MS,
      now: () => now,
      askTime() {
        asked.push(now);
        leases.learnTime(5_000_000 + now, leases.askedTime());
        return Promise.resolve();
      },
    });
    leases.learnTime(5_000_000, leases.askedTime());
    const delivery = deliveryThat(() => Promise.resolve(true));
    const lease = leases.keep(delivery, () => expect.unreachable());
    await pass(1000);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(lease.held).toBe(false); // Until the broker has said that the host has not slept.
    await lease.decided();
    expect([asked, lease.held, lease.decided()]).toEqual([[1000], true, undefined]);
    vi.setSystemTime(Date.now() - 7_200_000);
    await pass(1000);
    expect(lease.held).toBe(true);
    vi.setSystemTime(Date.now() + 7_200_000);
    await pass(4 * ACK_WAIT_MS);
    expect([asked.length, lease.held]).toEqual([2, true]);
    lease.release();
  });

  it("is lost when the host has slept, and when the broker cannot say that it has not", async () => {
    for (const knowsOfSleep of [true, false]) {
      const leases: LeaseKeeper = new LeaseKeeper({
        ackWaitMs: ACK_WAIT_MS,
        now: () => now,
        askTime() {
          if (knowsOfSleep) leases.learnTime(5_000_000 + now + 60_000, leases.askedTime());
          return knowsOfSleep ? Promise.resolve() : new Promise(() => {});
        },
      });
      leases.learnTime(5_000_000 + now, leases.askedTime());
      let lost = 0;
      const lease = leases.keep(deliveryThat(() => Promise.resolve(true)), () => lost++);
      await pass(1000);
      vi.setSystemTime(Date.now() + 60_000);
      await pass(10_000);
      expect([lost, lease.held]).toEqual([1, false]);
    }
  });

  it("is lost in time although it is doubted whether the host has slept", async () => {
    const leases = new LeaseKeeper({
      ackWaitMs: ACK_WAIT_MS,
      now: () => now,
      askTime: () => new Promise(() => {}),
    });
    let lostAt = 0;
    const lease = leases.keep(deliveryThat(() => Promise.resolve(false)), () => lostAt = now);
    await pass(ACK_WAIT_MS - 4000);
    vi.setSystemTime(Date.now() + 2000); // The broker does not respond for the next five seconds.
    await pass(3500);
    expect([lostAt > 0, lease.held]).toEqual([true, false]);
    expect(lostAt).toBeLessThan(ACK_WAIT_MS);
  });

  it("leaves no timer once its keeper is closed", () => {
    const leases = keeper();
    leases.keep(deliveryThat(() => Promise.resolve(true)), () => {}).release();
    leases.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
