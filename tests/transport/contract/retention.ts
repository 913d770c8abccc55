import { describe, expect, test } from "vitest";
import type { Contract } from "./contract.ts";
import { bytes, consumer, makeStream, startPull, text, until } from "../support/world.ts";

export function retentionCases({ shared }: Contract): void {
  const messages = async (stream: string) => (await shared().streamInfo(stream))!.messages;
  const settle = async (stream: string, durable: string, count: number) => {
    const { pull, inbox } = await startPull(shared(), stream, durable, count);
    for (const delivery of await inbox.take(count)) {
      expect(await delivery.ackConfirmed()).toBe(true);
    }
    await pull.stop();
    return inbox.all.map(({ data }) => text(data));
  };

  describe("retention", () => {
    test("by interest: an event is kept only for consumers that exist when it is published", async () => {
      const { stream, subject } = await makeStream(shared(), "interest");
      const early = await shared().publishConfirmed(subject("a"), bytes("early"));
      expect(early.sequence).toBe(1);
      expect(await messages(stream)).toBe(0);
      const config = consumer([subject("a")]);
      await shared().ensureConsumer(stream, config);
      await shared().publishConfirmed(subject("other"), bytes("unwanted"));
      await shared().publishConfirmed(subject("a"), bytes("in time"));
      expect(await messages(stream)).toBe(1);
      expect(await settle(stream, config.durable, 1)).toEqual(["in time"]);
    });

    test("by interest: a duplicate is detected although no consumer matched the first", async () => {
      const { subject } = await makeStream(shared(), "interest");
      const publish = () =>
        shared().publishConfirmed(subject("a"), bytes(""), { messageId: "run-1" });
      await publish();
      expect(await publish()).toMatchObject({ sequence: 1, duplicate: true });
    });

    test("by interest: an event is removed when all its consumers have acknowledged it", async () => {
      const { stream, subject } = await makeStream(shared(), "interest");
      const one = consumer([subject("a")]);
      const two = consumer([subject(">")]);
      await shared().ensureConsumer(stream, one);
      await shared().ensureConsumer(stream, two);
      await shared().publishConfirmed(subject("a"), bytes("both"));
      await settle(stream, one.durable, 1);
      expect(await messages(stream)).toBe(1);
      await settle(stream, two.durable, 1);
      await until(() => messages(stream), (left) => left === 0);
    });

    test("by interest: an event is removed with the only consumer that matched it", async () => {
      const { stream, subject } = await makeStream(shared(), "interest");
      const config = consumer([subject("a")]);
      await shared().ensureConsumer(stream, config);
      await shared().publishConfirmed(subject("a"), bytes(""));
      await shared().deleteConsumer(stream, config.durable);
      await until(() => messages(stream), (left) => left === 0);
    });

    test("as a work queue: an event waits for a consumer and is removed when it is acknowledged", async () => {
      const { stream, subject } = await makeStream(shared(), "workqueue");
      await shared().publishConfirmed(subject("a"), bytes("waited"));
      expect(await messages(stream)).toBe(1);
      const config = consumer([subject("a")]);
      await shared().ensureConsumer(stream, config);
      expect(await settle(stream, config.durable, 1)).toEqual(["waited"]);
      await until(() => messages(stream), (left) => left === 0);
    });

    test("by limits: an event is kept for later consumers", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const one = consumer([subject("a")]);
      await shared().ensureConsumer(stream, one);
      await shared().publishConfirmed(subject("a"), bytes("stays"));
      await settle(stream, one.durable, 1);
      const two = consumer([subject("a")]);
      await shared().ensureConsumer(stream, two);
      expect(await settle(stream, two.durable, 1)).toEqual(["stays"]);
    });

    test("by age: an event is removed when it is too old", async () => {
      const { stream, subject } = await makeStream(shared(), "limits", { maxAgeMs: 200 });
      await shared().publishConfirmed(subject("a"), bytes(""));
      await until(() => messages(stream), (left) => left === 0);
      expect((await shared().publishConfirmed(subject("a"), bytes(""))).sequence).toBe(2);
    });
  });
}
