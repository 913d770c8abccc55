import { expect, it } from "vitest";
import { callHook } from "../../../src/manager/hook_limits.ts";
import { decodeText } from "../../../src/encoding/json.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

const limits = (timeoutMs: number) => ({ action: "wait for the hook", timeoutMs });

it("a hook that did not return in time is waited for no longer, until a call of it has returned", async () => {
  const hook = {};
  const first = gate();
  await expect(callHook(hook, limits(10), () => first.opened)).rejects.toMatchObject({
    code: "timeout",
  });
  await callHook(hook, limits(3_600_000), () => new Promise(() => {}));
  first.open();
  await first.opened;
  await expect(callHook(hook, limits(10), () => new Promise(() => {}))).rejects.toMatchObject({
    code: "timeout",
  });
});

it("a hook that throws is not away", async () => {
  const hook = {};
  const refuse = () => Promise.reject(Object.assign(new Error("no"), { code: "timeout" }));
  for (let call = 0; call < 2; call++) {
    await expect(callHook(hook, limits(1000), refuse)).rejects.toThrow("no");
  }
});

it("the lease on a message is renewed while onPoison holds it", async () => {
  const world = await openWorld("nats-server");
  const hold = gate();
  const poisoned = new Collector<number>();
  const acks = new Collector<string>();
  world.connection.subscribe("$JS.ACK.messages.deploy.>", ({ data }) => acks.add(decodeText(data)));
  await world.start({}, {
    ackWaitMs: 1000,
    async onPoison({ sequence }) {
      poisoned.add(sequence);
      await hold.opened;
    },
  });
  await world.sendRaw("resources.workflow", new TextEncoder().encode("not JSON"));
  await acks.until((all) => all.filter((ack) => ack === "+WPI").length >= 4);
  expect(poisoned.items).toEqual([1]);
  hold.open();
  await acks.until((all) => all.some((ack) => ack.startsWith("+TERM")));
});
