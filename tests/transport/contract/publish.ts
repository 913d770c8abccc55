import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import { NoStreamError, WrongSequenceError } from "../../../src/transport/errors.ts";
import type { Contract } from "./contract.ts";
import { bytes, consumer, makeStream, startPull, unique, until } from "../support/world.ts";

export function publishCases({ shared }: Contract): void {
  describe("confirmed publishing", () => {
    test("an acknowledgement names the stream and the sequence", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const first = await shared().publishConfirmed(subject("a"), bytes("1"));
      const second = await shared().publishConfirmed(subject("b"), bytes("2"));
      expect(first).toEqual({ stream, sequence: 1, duplicate: false });
      expect(second).toEqual({ stream, sequence: 2, duplicate: false });
    });

    test("messages are stored in the order of the calls", async () => {
      const { subject } = await makeStream(shared(), "limits");
      const sent = Array.from(
        { length: 100 },
        (_, index) => shared().publishConfirmed(subject("a"), bytes(String(index))),
      );
      const sequences = (await Promise.all(sent)).map(({ sequence }) => sequence);
      expect(sequences).toEqual(sent.map((_, index) => index + 1));
    });

    test("a duplicate of a message id is dropped, and acknowledged with the first sequence", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const messageId = "run-1";
      const first = await shared().publishConfirmed(subject("a"), bytes("1"), { messageId });
      const again = await shared().publishConfirmed(subject("b"), bytes("2"), { messageId });
      expect(again).toEqual({ stream, sequence: first.sequence, duplicate: true });
      expect(await shared().streamInfo(stream)).toMatchObject({ messages: 1 });
    });

    test("a message id may be used again after the duplicate window", async () => {
      const { stream, subject } = await makeStream(shared(), "limits", { duplicateWindowMs: 100 });
      const publish = () =>
        shared().publishConfirmed(subject("a"), bytes(""), { messageId: "run-1" });
      await publish();
      await until(publish, ({ duplicate }) => !duplicate);
      expect(await shared().streamInfo(stream)).toMatchObject({ messages: 2 });
    });

    test("the same id is not a duplicate in another stream", async () => {
      const one = await makeStream(shared(), "limits");
      const two = await makeStream(shared(), "limits");
      await shared().publishConfirmed(one.subject("a"), bytes(""), { messageId: "run-1" });
      const other = await shared().publishConfirmed(two.subject("a"), bytes(""), {
        messageId: "run-1",
      });
      expect(other.duplicate).toBe(false);
    });

    test("an expected sequence is per subject, and 0 means that there is none", async () => {
      const { subject } = await makeStream(shared(), "limits");
      const publish = (expectLastSubjectSequence: number, rest = "a") =>
        shared().publishConfirmed(subject(rest), bytes(""), { expectLastSubjectSequence });
      const first = await publish(0);
      await publish(0, "b");
      await expect(publish(0)).rejects.toThrow(WrongSequenceError);
      await expect(publish(first.sequence + 1)).rejects.toThrow(WrongSequenceError);
      expect((await publish(first.sequence)).sequence).toBe(3);
    });

    test("a subject that no stream stores is refused by name", async () => {
      const subject = unique("nowhere.");
      const publish = shared().publishConfirmed(subject, bytes(""));
      await expect(publish).rejects.toThrow(NoStreamError);
      await expect(publish).rejects.toThrow(subject);
    });

    test("headers and message id arrive with the message", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const config = consumer([subject(">")]);
      await shared().ensureConsumer(stream, config);
      await shared().publishConfirmed(subject("a"), bytes(""), {
        messageId: "run-1",
        headers: { traceparent: "00-af", "X-Empty": "" },
      });
      await shared().publishConfirmed(subject("a"), bytes(""));
      const { pull, inbox } = await startPull(shared(), stream, config.durable, 2);
      const [full, bare] = await inbox.take(2);
      expect(full?.header("traceparent")).toBe("00-af");
      expect(full?.header("X-Empty")).toBe("");
      expect(full?.header("Nats-Msg-Id")).toBe("run-1");
      expect(full?.header("absent")).toBeUndefined();
      expect(bare?.header("traceparent")).toBeUndefined();
      await pull.stop();
    });

    test("an invalid header is refused", async () => {
      const { subject } = await makeStream(shared(), "limits");
      for (const headers of [{ name: "two\r\nlines" }, { "bad:name": "" }, { "": "" }]) {
        const publish = shared().publishConfirmed(subject("a"), bytes(""), { headers });
        await expect(publish).rejects.toThrow(ConfigError);
      }
    });
  });
}
