import { describe, expect, test } from "vitest";
import { PullLostError } from "../../../src/transport/errors.ts";
import type { Contract } from "./contract.ts";
import { bytes, consumer, makeStream, startPull, text, unique, until } from "../support/world.ts";

export function pullCases({ connect, shared }: Contract): void {
  /** A stream with a consumer and messages. */
  const prepare = async (messages: number) => {
    const { stream, subject } = await makeStream(shared(), "interest");
    const config = consumer([subject("a")]);
    await shared().ensureConsumer(stream, config);
    const publish = (content: string) => shared().publishConfirmed(subject("a"), bytes(content));
    for (let index = 1; index <= messages; index++) await publish(String(index));
    const pending = async () => (await shared().consumerInfo(stream, config.durable))!.pending;
    return { stream, durable: config.durable, publish, pending };
  };

  describe("pulling", () => {
    test("nothing is delivered without demand, and no more than the demand", async () => {
      const { stream, durable, pending } = await prepare(5);
      const { pull, inbox } = await startPull(shared(), stream, durable);
      expect(await pending()).toBe(5);
      pull.demand(2);
      await inbox.take(2);
      expect(await pending()).toBe(3);
      expect(inbox.all).toHaveLength(2);
      await pull.stop();
    });

    test("demand is absolute: two calls with two request two", async () => {
      const { stream, durable, pending } = await prepare(5);
      const { pull, inbox } = await startPull(shared(), stream, durable, 2);
      pull.demand(2);
      await inbox.take(2);
      expect(await pending()).toBe(3);
      pull.demand(1);
      pull.demand(3);
      await inbox.take(3);
      expect(inbox.all.map(({ data }) => text(data))).toEqual(["1", "2", "3", "4", "5"]);
      await pull.stop();
    });

    test("demand on an empty stream is met by later messages", async () => {
      const { stream, durable, publish } = await prepare(0);
      const { pull, inbox } = await startPull(shared(), stream, durable, 1);
      expect(await until(() => shared().consumerInfo(stream, durable), (info) => !!info))
        .toBeTruthy();
      await publish("late");
      expect(text((await inbox.next()).data)).toBe("late");
      await pull.stop();
    });

    test("demand from within a handler continues a long series", async () => {
      const { stream, durable } = await prepare(100);
      let seen = 0;
      const done = new Promise<void>((resolve, reject) =>
        shared().pull(stream, durable, {
          onMessage(delivery) {
            delivery.ack();
            if (++seen === 100) pulling.then((pull) => pull.stop()).then(resolve, reject);
            else void pulling.then((pull) => pull.demand(1));
          },
          onLost: reject,
        }).then((pull) => {
          start(pull);
          pull.demand(1);
        }, reject)
      );
      let start!: (pull: Awaited<ReturnType<typeof startPull>>["pull"]) => void;
      const pulling = new Promise<Awaited<ReturnType<typeof startPull>>["pull"]>((r) => start = r);
      await done;
      expect(seen).toBe(100);
    });

    test("two instances share the messages, each up to its demand", async () => {
      const { stream, durable, pending } = await prepare(4);
      const other = await connect();
      const one = await startPull(shared(), stream, durable, 1);
      const two = await startPull(other, stream, durable, 1);
      const first = await one.inbox.next();
      const second = await two.inbox.next();
      expect(new Set([first.sequence, second.sequence]).size).toBe(2);
      expect(await pending()).toBe(2);
      await Promise.all([one.pull.stop(), two.pull.stop()]);
    });

    test("messages are distributed over waiting instances", async () => {
      const { stream, durable, publish } = await prepare(0);
      const other = await connect();
      const one = await startPull(shared(), stream, durable, 2);
      const two = await startPull(other, stream, durable, 2);
      await Promise.all([shared().flush(), other.flush()]);
      for (const content of ["1", "2", "3", "4"]) await publish(content);
      await Promise.all([one.inbox.take(2), two.inbox.take(2)]);
      expect([one.inbox.all.length, two.inbox.all.length]).toEqual([2, 2]);
      await Promise.all([one.pull.stop(), two.pull.stop()]);
    });

    test("what is wanted ahead is taken if it is at hand, and not waited for", async () => {
      const { stream, durable, publish, pending } = await prepare(5);
      const { pull, inbox } = await startPull(shared(), stream, durable, 1);
      await inbox.next();
      pull.demand(0, undefined, 3);
      await inbox.take(3);
      expect(await pending()).toBe(1);
      pull.demand(0, undefined, 10);
      expect(text((await inbox.next()).data)).toBe("5");
      const other = await startPull(shared(), stream, durable, 1);
      await shared().flush();
      await publish("later");
      expect(text((await other.inbox.next()).data)).toBe("later");
      expect(inbox.all).toHaveLength(5);
      await Promise.all([pull.stop(), other.pull.stop()]);
    });

    test("nothing arrives after a stop has resolved, and the message goes to another", async () => {
      const { stream, durable, publish } = await prepare(1);
      const { pull, inbox } = await startPull(shared(), stream, durable, 5);
      (await inbox.next()).ack();
      await pull.stop();
      await publish("later");
      const other = await startPull(shared(), stream, durable, 1);
      const later = await other.inbox.next();
      expect([text(later.data), later.deliveryCount]).toEqual(["later", 1]);
      expect(inbox.all).toHaveLength(1);
      pull.demand(3);
      await other.pull.stop();
      await pull.stop();
    });

    test("a deleted consumer ends its pulls", async () => {
      const { stream, durable, publish } = await prepare(1);
      const { pull, inbox, lost, losses } = await startPull(shared(), stream, durable, 2);
      await inbox.next();
      await shared().deleteConsumer(stream, durable);
      const error = await lost;
      expect(error).toBeInstanceOf(PullLostError);
      expect(error).toMatchObject({ reason: "consumer-deleted", code: "connection" });
      expect(error.message).toContain(durable);
      await publish("not delivered");
      pull.demand(1);
      await pull.stop();
      expect([inbox.all.length, losses()]).toEqual([1, 1]);
    });

    test("a deleted stream ends the pulls of its consumers", async () => {
      const { stream, durable } = await prepare(0);
      const { lost } = await startPull(shared(), stream, durable, 1);
      await shared().flush();
      await shared().deleteStream(stream);
      expect(await lost).toMatchObject({ reason: "stream-deleted" });
    });

    test("a pull from a consumer that does not exist ends with that reason", async () => {
      const { stream } = await prepare(0);
      const { lost } = await startPull(shared(), stream, "none", 1);
      expect(await lost).toMatchObject({ reason: "consumer-deleted" });
    });

    test("a pull from a stream that does not exist ends with that reason", async () => {
      const { lost } = await startPull(shared(), unique("none"), "none", 1);
      expect(await lost).toMatchObject({ reason: "stream-deleted" });
    });

    test("a closed connection ends its pulls", async () => {
      const { stream, durable } = await prepare(0);
      const connection = await connect();
      const { lost, losses } = await startPull(connection, stream, durable, 1);
      await connection.close();
      expect(await lost).toMatchObject({ reason: "closed" });
      expect(losses()).toBe(1);
    });
  });
}
