import { describe, expect, test } from "vitest";
import type { ConsumerConfig } from "../../../src/transport/transport.ts";
import type { Contract } from "./contract.ts";
import { bytes, consumer, makeStream, nextTask, startPull, text, until } from "../support/world.ts";

export function deliveryCases({ shared }: Contract): void {
  /** A stream with messages, and a pull of its consumer with a demand of ten. */
  const prepare = async (messages: number, options: Partial<ConsumerConfig> = {}) => {
    const { stream, subject } = await makeStream(shared(), "interest");
    const config = consumer([subject("a")], options);
    await shared().ensureConsumer(stream, config);
    for (let index = 1; index <= messages; index++) {
      await shared().publishConfirmed(subject("a"), bytes(String(index)));
    }
    const info = async () => (await shared().consumerInfo(stream, config.durable))!;
    const puller = await startPull(shared(), stream, config.durable, 10);
    const change = (changed: Partial<ConsumerConfig>) =>
      shared().ensureConsumer(stream, { ...config, ...changed });
    return { stream, subject, durable: config.durable, info, change, ...puller };
  };

  describe("deliveries", () => {
    test("a delivery holds subject, sequence, delivery count and time", async () => {
      const { subject, stream, inbox, pull } = await prepare(1);
      const delivery = await inbox.next();
      expect(delivery.subject).toBe(subject("a"));
      expect(text(delivery.data)).toBe("1");
      expect([delivery.sequence, delivery.deliveryCount]).toEqual([1, 1]);
      const { created, serverTimeMs } = (await shared().streamInfo(stream))!;
      expect(delivery.timestampMs).toBeGreaterThanOrEqual(Date.parse(created) - 1);
      expect(delivery.timestampMs).toBeLessThanOrEqual(serverTimeMs);
      await pull.stop();
    });

    test("an acknowledged message is not redelivered", async () => {
      const { inbox, info, pull } = await prepare(2);
      const [first, second] = await inbox.take(2);
      expect((await info()).ackPending).toBe(2);
      first!.ack();
      expect(await second!.ackConfirmed()).toBe(true);
      expect(await until(info, ({ ackPending }) => ackPending === 0)).toMatchObject({
        pending: 0,
        redelivered: 0,
      });
      await pull.stop();
    });

    test("an unacknowledged message is redelivered after the ack wait, with its delivery count", async () => {
      const { inbox, info, pull } = await prepare(1, { ackWaitMs: 150 });
      const first = await inbox.next();
      const again = await inbox.next();
      expect([first.deliveryCount, again.deliveryCount]).toEqual([1, 2]);
      expect(again.sequence).toBe(first.sequence);
      expect((await info()).redelivered).toBe(1);
      expect(await again.ackConfirmed()).toBe(true);
      expect((await info()).ackPending).toBe(0);
      await pull.stop();
    });

    test("a shorter ack wait counts for what is pending already, from its delivery", async () => {
      const { inbox, pull, change } = await prepare(1, { ackWaitMs: 60_000 });
      await inbox.next();
      await change({ ackWaitMs: 150 });
      const again = await inbox.next();
      expect(again.deliveryCount).toBe(2);
      again.ack();
      await pull.stop();
    });

    test("so does a longer one", async () => {
      const longer = await prepare(1, { ackWaitMs: 400 });
      const kept = await longer.inbox.next();
      await longer.change({ ackWaitMs: 60_000 });
      const other = await prepare(1, { ackWaitMs: 1000 });
      await other.inbox.take(2); // The second one comes when the ack wait of before is over.
      expect(await longer.info()).toMatchObject({ ackPending: 1, redelivered: 0 });
      kept.ack();
      for (const { pull } of [longer, other]) await pull.stop();
    });

    test("a message is redelivered at once after a nak", async () => {
      const { inbox, pull } = await prepare(1);
      (await inbox.next()).nak();
      const again = await inbox.next();
      expect(again.deliveryCount).toBe(2);
      again.ack();
      await pull.stop();
    });

    test("a nak that comes after the next delivery hands that one back", async () => {
      const { inbox, pull } = await prepare(1);
      const first = await inbox.next();
      first.nak();
      const second = await inbox.next();
      first.nak();
      const third = await inbox.next();
      expect([second.deliveryCount, third.deliveryCount]).toEqual([2, 3]);
      third.ack();
      await pull.stop();
    });

    test("a message with a delayed nak stays pending until it is redelivered", async () => {
      const { inbox, info, pull } = await prepare(2, { maxAckPending: 1 });
      (await inbox.next()).nak(300);
      expect(await info()).toMatchObject({ ackPending: 1, pending: 1 });
      const again = await inbox.next();
      again.ack();
      const last = await inbox.next();
      last.ack();
      const order = inbox.all.map(({ sequence, deliveryCount }) => [sequence, deliveryCount]);
      expect(order).toEqual([[1, 1], [1, 2], [2, 1]]);
      await pull.stop();
    });

    test("a terminated message is not redelivered", async () => {
      const { inbox, info, pull } = await prepare(2, { ackWaitMs: 150 });
      const [first, second] = await inbox.take(2);
      first!.term("it is not JSON");
      const again = await inbox.next();
      expect([again.sequence, second!.sequence]).toEqual([2, 2]);
      again.ack();
      await until(info, ({ ackPending }) => ackPending === 0);
      expect(inbox.all.filter(({ sequence }) => sequence === 1)).toHaveLength(1);
      await pull.stop();
    });

    test("a renewed lease does not expire while another does", async () => {
      const { inbox, pull } = await prepare(2, { ackWaitMs: 400 });
      const [kept] = await inbox.take(2);
      while (inbox.all.length < 3) {
        expect(await kept!.renew()).toBe(true);
        await nextTask();
      }
      const redelivered = inbox.all.slice(2).map(({ sequence }) => sequence);
      expect(redelivered).toEqual([2]);
      for (const delivery of inbox.all) delivery.ack();
      await pull.stop();
    });

    test("no more than maxAckPending messages are delivered at the same time", async () => {
      const { inbox, info, pull } = await prepare(5, { maxAckPending: 2 });
      const [first] = await inbox.take(2);
      // A server may say for a moment that nothing is pending.
      await until(info, ({ ackPending, pending }) => ackPending === 2 && pending === 3);
      expect(inbox.all).toHaveLength(2);
      first!.ack();
      expect((await inbox.next()).sequence).toBe(3);
      await until(info, ({ ackPending, pending }) => ackPending === 2 && pending === 2);
      expect(inbox.all).toHaveLength(3);
      await pull.stop();
    });

    test("a message can be settled after the pull that brought it has stopped", async () => {
      const { inbox, info, pull } = await prepare(1);
      const delivery = await inbox.next();
      await pull.stop();
      expect(await delivery.ackConfirmed()).toBe(true);
      expect((await info()).ackPending).toBe(0);
    });

    test("nothing is confirmed after the consumer was deleted", async () => {
      const { stream, durable, inbox, lost } = await prepare(1);
      const delivery = await inbox.next();
      await shared().deleteConsumer(stream, durable);
      await lost;
      expect(await delivery.renew(500)).toBe(false);
      expect(await delivery.ackConfirmed(500)).toBe(false);
    });
  });
}
