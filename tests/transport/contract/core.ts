import { describe, expect, test } from "vitest";
import { PayloadTooLargeError } from "../../../src/transport/errors.ts";
import type { Contract } from "./contract.ts";
import { bytes, listen, makeStream, text, unique } from "../support/world.ts";

export function coreCases({ connect, shared }: Contract): void {
  describe("core subjects", () => {
    test("a message reaches every subscriber whose pattern matches, and no other", async () => {
      const other = await connect();
      const root = unique("core");
      const patterns = [`${root}.a.b`, `${root}.*.b`, `${root}.>`, `${root}.a`, `${root}.*`];
      const listeners = await Promise.all(patterns.map((pattern) => listen(other, pattern)));
      shared().publish(`${root}.a.b`, bytes("deep"));
      shared().publish(`${root}.a`, bytes("flat"));
      const expected = [["deep"], ["deep"], ["deep", "flat"], ["flat"], ["flat"]];
      await Promise.all(listeners.map(({ inbox }, at) => inbox.take(expected[at]!.length)));
      const received = listeners.map(({ inbox }) => inbox.all.map(({ data }) => text(data)));
      expect(received).toEqual(expected);
    });

    test("a subscriber receives the subject of the message", async () => {
      const root = unique("core");
      const { inbox } = await listen(shared(), `${root}.*.end`);
      shared().publish(`${root}.middle.end`, bytes(""));
      expect((await inbox.next()).subject).toBe(`${root}.middle.end`);
    });

    test("subjects may contain colons, as those of live logs in protocol v1", async () => {
      const subject = `driver:${unique("d")}:logs:run-1`;
      const { inbox } = await listen(shared(), subject);
      shared().publish(subject, bytes("line"));
      expect(text((await inbox.next()).data)).toBe("line");
    });

    test.each(["", "a b", "a\tb", "a\u0000", "a\r\nPUB b 0\r\n", "a".repeat(3001)])(
      "an invalid subject is refused, and the connection stays open: %j",
      async (subject) => {
        const refusal = expect.objectContaining({ name: "ConfigError", field: "subject" });
        expect(() => shared().publish(subject, bytes(""))).toThrow(refusal);
        expect(() => shared().subscribe(subject, () => {})).toThrow(refusal);
        await expect(shared().publishConfirmed(subject, bytes(""))).rejects.toEqual(refusal);
        await shared().flush();
        expect(shared().connected).toBe(true);
      },
    );

    test("an ended subscription receives nothing more", async () => {
      const subject = unique("core");
      const ended = await listen(shared(), subject);
      const other = await listen(shared(), subject);
      shared().publish(subject, bytes("one"));
      await ended.inbox.next();
      ended.unsubscribe();
      shared().publish(subject, bytes("two"));
      await other.inbox.take(2);
      expect(ended.inbox.all).toHaveLength(1);
    });

    test("messages of one publisher arrive in the order they were published", async () => {
      const subject = unique("core");
      const { inbox } = await listen(shared(), subject);
      const sent = Array.from({ length: 200 }, (_, index) => String(index));
      for (const message of sent) shared().publish(subject, bytes(message));
      expect((await inbox.take(200)).map(({ data }) => text(data))).toEqual(sent);
    });

    test("core subscribers also receive what is published to a stream", async () => {
      const { subject } = await makeStream(shared(), "limits");
      const { inbox } = await listen(shared(), subject(">"));
      await shared().publishConfirmed(subject("seen"), bytes("confirmed"));
      expect(text((await inbox.next()).data)).toBe("confirmed");
    });

    test("a core message on a stream's subject is stored", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      shared().publish(subject("kept"), bytes("unconfirmed"));
      await shared().flush();
      expect(await shared().streamInfo(stream)).toMatchObject({ messages: 1 });
    });

    test("a message that is too large is refused with its size, before it is sent", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const large = new Uint8Array(shared().maxPayload + 1);
      expect(() => shared().publish(subject("large"), large)).toThrow(PayloadTooLargeError);
      const refused = shared().publishConfirmed(subject("large"), large);
      await expect(refused).rejects.toThrow(PayloadTooLargeError);
      await expect(refused).rejects.toMatchObject({ maxPayload: shared().maxPayload });
      expect(await shared().streamInfo(stream)).toMatchObject({ messages: 0 });
      expect(shared().connected).toBe(true);
    });
  });
}
