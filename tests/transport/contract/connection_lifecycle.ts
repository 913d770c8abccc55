import { describe, expect, test } from "vitest";
import { ConnectionError } from "../../../src/errors.ts";
import type { ConnectionStatus } from "../../../src/transport/transport.ts";
import type { Contract } from "./contract.ts";
import { bytes, listen, makeStream, text, unique } from "../support/world.ts";

export function connectionLifecycleCases({ connect, shared }: Contract): void {
  describe("connection lifecycle", () => {
    test("close flushes, closes once, and reports it", async () => {
      const subject = unique("last");
      const { inbox } = await listen(shared(), subject);
      const connection = await connect();
      const seen: ConnectionStatus[] = [];
      connection.onStatus((status) => seen.push(status));
      connection.publish(subject, bytes("word"));
      await Promise.all([connection.close(), connection.close()]);
      await connection[Symbol.asyncDispose]();
      expect(text((await inbox.next()).data)).toBe("word");
      expect(await connection.closed).toBeUndefined();
      expect(connection.connected).toBe(false);
      expect(seen).toEqual([{ type: "closed" }]);
    });

    test("a closed connection refuses every call with a connection error", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const connection = await connect();
      await connection.close();
      expect(() => connection.publish(subject("a"), bytes(""))).toThrow(ConnectionError);
      expect(() => connection.subscribe(subject("a"), () => {})).toThrow(ConnectionError);
      for (
        const call of [
          () => connection.publishConfirmed(subject("a"), bytes("")),
          () => connection.streamInfo(stream),
          () => connection.consumerInfo(stream, "none"),
          () => connection.pull(stream, "none", { onMessage() {}, onLost() {} }),
          () => connection.keyValue("bucket", { ttlMs: 1000 }),
          () => connection.flush(),
        ]
      ) await expect(call()).rejects.toThrow(ConnectionError);
    });

    test("a removed listener is not called", async () => {
      const connection = await connect();
      const seen: string[] = [];
      const remove = connection.onStatus(({ type }) => seen.push(`removed ${type}`));
      connection.onStatus(({ type }) => seen.push(`kept ${type}`));
      remove();
      await connection.close();
      expect(seen).toEqual(["kept closed"]);
    });

    test("a connection names its server, without user name and password", () => {
      expect(shared().server).not.toBe("");
      expect(shared().server).not.toContain("@");
      expect(shared().connected).toBe(true);
      expect(shared().maxPayload).toBeGreaterThan(1000);
    });
  });
}
