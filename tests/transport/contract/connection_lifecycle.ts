import { describe, expect, test } from "vitest";
import { ConnectionError } from "../../../src/errors.ts";
import type { ConnectionStatus } from "../../../src/transport/transport.ts";
import type { Contract } from "./contract.ts";
import { bytes, listen, makeStream, text, unique } from "../support/world.ts";

export function connectionLifecycleCases({ connect, shared }: Contract): void {
  describe("a connection's life", () => {
    test("closing sends what was published, ends the connection once, and says so", async () => {
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

    test("a closed connection refuses everything with a connection error", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const connection = await connect();
      await connection.close();
      expect(() => connection.publish(subject("a"), bytes(""))).toThrow(ConnectionError);
      expect(() => connection.subscribe(subject("a"), () => {})).toThrow(ConnectionError);
      for (
        const asked of [
          () => connection.publishConfirmed(subject("a"), bytes("")),
          () => connection.streamInfo(stream),
          () => connection.consumerInfo(stream, "nobody"),
          () => connection.pull(stream, "nobody", { onMessage() {}, onLost() {} }),
          () => connection.keyValue("bucket", { ttlMs: 1000 }),
          () => connection.flush(),
        ]
      ) await expect(asked()).rejects.toThrow(ConnectionError);
    });

    test("a listener that was taken away is told nothing", async () => {
      const connection = await connect();
      const seen: string[] = [];
      const leave = connection.onStatus(({ type }) => seen.push(`left ${type}`));
      connection.onStatus(({ type }) => seen.push(`stayed ${type}`));
      leave();
      await connection.close();
      expect(seen).toEqual(["stayed closed"]);
    });

    test("a connection says where it leads, without user name and password", () => {
      expect(shared().server).not.toBe("");
      expect(shared().server).not.toContain("@");
      expect(shared().connected).toBe(true);
      expect(shared().maxPayload).toBeGreaterThan(1000);
    });
  });
}
