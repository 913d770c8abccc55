import { RetryAfterError } from "@conveyor/driver";
import { expect, it, onTestFinished, vi } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V2_STREAMS } from "../support/world.ts";

it.each(BROKERS)(
  "a delay is shortened where the stream would not keep the message, on %s",
  async (kind) => {
    const [messages, ...others] = V2_STREAMS;
    const world = await openWorld(kind, { streams: [{ ...messages!, maxAgeMs: 2000 }, ...others] });
    const attempts = new Collector<number>();
    await world.start({
      reconcile({ attempt }) {
        attempts.add(attempt);
        if (attempt === 1) throw new RetryAfterError(3_600_000);
      },
    });
    await world.send();
    await world.results.first(1);
    expect(attempts.items).toEqual([1, 2]);
    expect(world.events.items).toContainEqual(expect.objectContaining({ code: "delay-shortened" }));
  },
);

it.each([3_600_000, -3_600_000])(
  "a delay that the stream allows is as asked on a host whose clock is %i ms off",
  async (offMs) => {
    const now = Date.now.bind(Date);
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + offMs);
    onTestFinished(() => clock.mockRestore());
    const [messages, ...others] = V2_STREAMS;
    const streams = [{ ...messages!, maxAgeMs: 60_000 }, ...others];
    const world = await openWorld("nats-server", { streams });
    const attempts = new Collector<number>();
    await world.start({
      reconcile({ attempt }) {
        attempts.add(attempt);
        if (attempt === 1) throw new RetryAfterError(1500);
      },
    });
    await world.send();
    await world.results.first(1);
    expect(attempts.items).toEqual([1, 2]);
    const warned = world.events.items.filter((event) =>
      "code" in event && event.code === "delay-shortened"
    );
    expect(warned).toEqual([]);
  },
);
