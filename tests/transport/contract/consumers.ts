import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import { ConsumerConflictError, NoStreamError } from "../../../src/transport/errors.ts";
import type { Contract } from "./contract.ts";
import { bytes, consumer, makeStream, startPull, text, unique } from "../support/world.ts";

export function consumerCases({ shared }: Contract): void {
  describe("consumers", () => {
    test("a consumer needs its stream", async () => {
      const stream = unique("none");
      const ensure = shared().ensureConsumer(stream, consumer(["a"]));
      await expect(ensure).rejects.toThrow(NoStreamError);
      await expect(ensure).rejects.toThrow(stream);
    });

    test("a consumer or a stream that does not exist is undefined, not an error", async () => {
      const { stream } = await makeStream(shared(), "limits");
      expect(await shared().consumerInfo(stream, "none")).toBeUndefined();
      expect(await shared().consumerInfo(unique("none"), "none")).toBeUndefined();
    });

    test("consumer info holds the configuration and the pending messages", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      await shared().publishConfirmed(subject("a"), bytes(""));
      await shared().publishConfirmed(subject("b"), bytes(""));
      const config = consumer([subject("a"), subject("c")], {
        ackWaitMs: 12_000,
        maxAckPending: 7,
        description: "for people",
      });
      await shared().ensureConsumer(stream, config);
      const info = (await shared().consumerInfo(stream, config.durable))!;
      expect(info).toMatchObject({ ...config, stream, pending: 1, ackPending: 0, redelivered: 0 });
      const { serverTimeMs } = (await shared().streamInfo(stream))!;
      expect(info.createdMs).toBeLessThanOrEqual(serverTimeMs);
    });

    test("a consumer delivers all its filter subjects, in order, and nothing else", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const config = consumer([subject("one"), subject("two.*"), subject("three.>")]);
      await shared().ensureConsumer(stream, config);
      const sent = ["one", "two", "two.a", "three", "three.a.b", "one.a", "two.a.b", "one"];
      for (const rest of sent) await shared().publishConfirmed(subject(rest), bytes(rest));
      const { pull, inbox } = await startPull(shared(), stream, config.durable, 10);
      const received = (await inbox.take(4)).map(({ data }) => text(data));
      expect(received).toEqual(["one", "two.a", "three.a.b", "one"]);
      expect(await shared().consumerInfo(stream, config.durable)).toMatchObject({ pending: 0 });
      await pull.stop();
    });

    test("a consumer with another configuration is updated and keeps its position", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const config = consumer([subject("a")]);
      const { createdMs } = await shared().ensureConsumer(stream, config);
      await shared().publishConfirmed(subject("a"), bytes("1"));
      const { pull, inbox } = await startPull(shared(), stream, config.durable, 1);
      await (await inbox.next()).ackConfirmed();
      const changed = { ...config, filterSubjects: [subject("a"), subject("b")], maxAckPending: 5 };
      const info = await shared().ensureConsumer(stream, changed);
      expect(info).toMatchObject({ ...changed, createdMs, pending: 0 });
      await shared().publishConfirmed(subject("b"), bytes("2"));
      pull.demand(1);
      const next = await inbox.next();
      expect([text(next.data), next.deliveryCount]).toEqual(["2", 1]);
      await pull.stop();
    });

    test("ensuring a consumer twice changes nothing", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const config = consumer([subject("b"), subject("a")]);
      const first = await shared().ensureConsumer(stream, config);
      const second = await shared().ensureConsumer(stream, config);
      expect(second).toEqual({ ...first, serverTimeMs: second.serverTimeMs });
    });

    test("a work queue refuses a second consumer on the same subjects, with the reason", async () => {
      const { stream, subject } = await makeStream(shared(), "workqueue");
      const first = consumer([subject("a"), subject("b.>")]);
      await shared().ensureConsumer(stream, first);
      const second = consumer([subject("b.c")]);
      const refused = shared().ensureConsumer(stream, second);
      await expect(refused).rejects.toThrow(ConsumerConflictError);
      await expect(refused).rejects.toThrow(second.durable);
      await shared().ensureConsumer(stream, consumer([subject("c")]));
      await shared().ensureConsumer(stream, { ...first, maxAckPending: 3 });
    });

    test("a consumer whose own filters overlap is refused", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const ensure = shared().ensureConsumer(stream, consumer([subject("a.*"), subject("a.b")]));
      await expect(ensure).rejects.toThrow(ConfigError);
      await expect(ensure).rejects.toMatchObject({ field: "filterSubjects" });
    });

    test("deleting a consumer that does not exist does nothing", async () => {
      const { stream } = await makeStream(shared(), "limits");
      await expect(shared().deleteConsumer(stream, "none")).resolves.toBeUndefined();
      await expect(shared().deleteConsumer(unique("none"), "none")).resolves.toBeUndefined();
    });

    test("a consumer created again starts at the first message", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const config = consumer([subject("a")]);
      await shared().publishConfirmed(subject("a"), bytes("1"));
      await shared().ensureConsumer(stream, config);
      const first = await startPull(shared(), stream, config.durable, 1);
      await (await first.inbox.next()).ackConfirmed();
      await shared().deleteConsumer(stream, config.durable);
      await shared().ensureConsumer(stream, config);
      const second = await startPull(shared(), stream, config.durable, 1);
      expect((await second.inbox.next()).deliveryCount).toBe(1);
      await Promise.all([first.pull.stop(), second.pull.stop()]);
    });
  });
}
