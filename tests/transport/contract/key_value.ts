import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Contract } from "./contract.ts";
import { bytes, Inbox, text, unique, until } from "../support/world.ts";

export function keyValueCases({ connect, shared }: Contract): void {
  const open = (ttlMs = 60_000) =>
    shared().keyValue(unique("bucket"), { ttlMs, storage: "memory" });

  describe("key-value buckets", () => {
    test("a value is read back with its revision and the broker's time", async () => {
      const bucket = await open();
      expect(await bucket.get("key")).toBeUndefined();
      const revision = await bucket.put("key", bytes("value ä \u0000"));
      const entry = (await bucket.get("key"))!;
      expect(text(entry.value)).toBe("value ä \u0000");
      expect(entry.revision).toBe(revision);
      expect(entry.timestampMs).toBeGreaterThan(0);
      expect(await bucket.put("key", bytes("2"))).toBe(revision + 1);
      expect(text((await bucket.get("key"))!.value)).toBe("2");
    });

    test("a bucket whose stream was deleted says so, until it is opened again", async () => {
      const name = unique("bucket");
      const options = { ttlMs: 60_000, storage: "memory" } as const;
      const bucket = await shared().keyValue(name, options);
      await bucket.put("key", bytes("1"));
      await shared().deleteStream(`KV_${name}`);
      for (
        const use of [
          () => bucket.get("key"),
          () => bucket.put("key", bytes("2")),
          () => bucket.create("key", bytes("2")),
          () => bucket.update("key", bytes("2"), 1),
        ]
      ) await expect(use()).rejects.toMatchObject({ code: "no-stream" });
      await shared().keyValue(name, options);
      expect(await bucket.get("key")).toBeUndefined();
      expect(await bucket.put("key", bytes("3"))).toBe(1);
    });

    test("an empty value is a value", async () => {
      const bucket = await open();
      await bucket.put("key", new Uint8Array());
      expect((await bucket.get("key"))?.value).toHaveLength(0);
    });

    test("a key is created once", async () => {
      const bucket = await open();
      expect(await bucket.create("key", bytes("1"))).toBe(1);
      expect(await bucket.create("key", bytes("2"))).toBeUndefined();
      expect(text((await bucket.get("key"))!.value)).toBe("1");
    });

    test("of several that create a key at the same time, one succeeds", async () => {
      const name = unique("bucket");
      const connections = await Promise.all([connect(), connect(), connect()]);
      const buckets = await Promise.all(
        connections.map((connection) =>
          connection.keyValue(name, { ttlMs: 60_000, storage: "memory" })
        ),
      );
      const created = await Promise.all(
        [...buckets, ...buckets].map((bucket, index) => bucket.create("key", bytes(String(index)))),
      );
      expect(created.filter((revision) => revision !== undefined)).toHaveLength(1);
    });

    test("a value is replaced only at the given revision", async () => {
      const bucket = await open();
      const first = await bucket.put("key", bytes("1"));
      const second = await bucket.update("key", bytes("2"), first);
      expect(second).toBe(first + 1);
      expect(await bucket.update("key", bytes("3"), first)).toBeUndefined();
      expect(text((await bucket.get("key"))!.value)).toBe("2");
    });

    test("a removed key is undefined, and can be created again", async () => {
      const bucket = await open();
      await bucket.put("key", bytes("1"));
      expect(await bucket.delete("key")).toBe(true);
      expect(await bucket.get("key")).toBeUndefined();
      expect(await bucket.delete("key")).toBe(false);
      expect(
        await bucket.delete("never there")
          .catch((error) => error),
      ).toBeInstanceOf(ConfigError);
      expect(await bucket.create("key", bytes("2"))).toBe(3);
      expect(await bucket.create("key", bytes("3"))).toBeUndefined();
    });

    test("a key is removed only at the given revision", async () => {
      const bucket = await open();
      const revision = await bucket.put("key", bytes("1"));
      expect(await bucket.delete("key", revision + 1)).toBe(false);
      expect(await bucket.get("key")).toBeDefined();
      expect(await bucket.delete("key", revision)).toBe(true);
      expect(await bucket.get("key")).toBeUndefined();
    });

    test("a value expires, and the key can be created again", async () => {
      const bucket = await open(200);
      await bucket.create("key", bytes("1"));
      await until(() => bucket.get("key"), (entry) => entry === undefined);
      expect(await bucket.create("key", bytes("2"))).toBe(2);
    });

    test("any texts make a key, and different texts make different keys", async () => {
      const bucket = await open();
      const parts = [["a", "b"], ["a.b"], ["a b"], ["a=20b"], ["ä"], ["a", ""], ["a"], ["*", ">"]];
      const keys = parts.map((texts) => bucket.key(...texts));
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys) await bucket.put(key, bytes(key));
      for (const key of keys) expect(text((await bucket.get(key))!.value)).toBe(key);
    });

    test("a listener is called on removals of its key, and on nothing else", async () => {
      const bucket = await open();
      const removals = new Inbox<number>();
      let puts = 0;
      const unwatch = bucket.onRemoved("key", () => removals.put(puts));
      bucket.onRemoved("other", () => removals.put(NaN));
      await shared().flush();
      for (; puts < 3; puts++) await bucket.put("key", bytes("new"));
      await bucket.delete("key");
      expect(await removals.next()).toBe(3);
      unwatch();
      await bucket.put("key", bytes("new"));
      await bucket.delete("key");
      bucket.onRemoved("key", () => removals.put(4));
      await shared().flush();
      await bucket.put("key", bytes("new"));
      await bucket.delete("key");
      expect(await removals.next()).toBe(4);
    });

    test("a bucket opened twice is one bucket, whatever the options of the second", async () => {
      const name = unique("bucket");
      const one = await shared().keyValue(name, { ttlMs: 60_000, storage: "memory" });
      await one.put("key", bytes("1"));
      const two = await shared().keyValue(name, { ttlMs: 30_000, storage: "memory" });
      expect(text((await two.get("key"))!.value)).toBe("1");
    });

    test("an invalid bucket name is refused", async () => {
      for (const name of ["", "a.b", "a b", "a>"]) {
        await expect(shared().keyValue(name, { ttlMs: 1000 })).rejects.toThrow(ConfigError);
      }
    });
  });
}
