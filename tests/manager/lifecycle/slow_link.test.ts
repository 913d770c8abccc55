import { expect, it } from "vitest";
import { startSlowProxy } from "../../support/slow_proxy.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

const LARGE = 350_000;

it(
  "a slow link carries large results and events, each of them once, on one connection",
  async () => {
    const world = await openWorld("nats-server");
    const target = Number(new URL(world.broker.options.servers as string).port);
    await using proxy = await startSlowProxy(target, 100);
    const ran = new Collector<string>();
    await world.start({
      reconcile({ resource }) {
        ran.add(resource.name);
        if (resource.name === "result") {
          return { success: true, message: "", data: "y".repeat(LARGE) };
        }
      },
    }, { servers: `nats://127.0.0.1:${proxy.port}` });
    await world.send({ name: "small" });
    await world.results.first(1);
    await world.send({ name: "result" });
    await world.results.first(2);
    expect(proxy.sent).toBeLessThan(LARGE * 1.5);
    await world.send({ name: "event", spec: { text: "z".repeat(LARGE) } });
    await ran.until((names) => names.includes("event"));
    expect(ran.items).toEqual(["small", "result", "event"]);
    expect(proxy.connections).toBe(1);
  },
  60_000,
);
