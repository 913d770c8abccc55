import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Contract } from "./contract.ts";
import { bytes, makeStream, unique } from "../support/world.ts";

export function streamCases({ shared }: Contract): void {
  describe("streams", () => {
    test("a stream that does not exist is undefined, not an error", async () => {
      expect(await shared().streamInfo(unique("none"))).toBeUndefined();
    });

    test("stream info holds the configuration and the broker's time", async () => {
      const { stream, subject } = await makeStream(shared(), "interest", {
        duplicateWindowMs: 5000,
        maxAgeMs: 60_000,
      });
      const info = await shared().streamInfo(stream);
      expect(info).toMatchObject({
        name: stream,
        subjects: [subject(">")],
        retention: "interest",
        duplicateWindowMs: 5000,
        maxAgeMs: 60_000,
        messages: 0,
        replicas: 1,
      });
      expect(Date.parse(info!.created)).toBeLessThanOrEqual(info!.serverTimeMs + 1);
    });

    test("a stream keeps its messages when it is updated", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const { created } = (await shared().streamInfo(stream))!;
      await shared().publishConfirmed(subject("a"), bytes(""));
      const more = unique("more");
      const updated = await shared().ensureStream({
        name: stream,
        subjects: [subject(">"), more],
        retention: "limits",
        storage: "memory",
      });
      expect(updated).toMatchObject({ subjects: [subject(">"), more], messages: 1, created });
      expect((await shared().publishConfirmed(more, bytes(""))).stream).toBe(stream);
    });

    test("a stream created again has another creation time and starts at sequence one", async () => {
      const { stream, subject } = await makeStream(shared(), "limits");
      const before = (await shared().streamInfo(stream))!;
      await shared().publishConfirmed(subject("a"), bytes(""));
      await shared().deleteStream(stream);
      expect(await shared().streamInfo(stream)).toBeUndefined();
      const after = await shared().ensureStream({
        name: stream,
        subjects: [subject(">")],
        retention: "limits",
        storage: "memory",
      });
      expect(after.created).not.toBe(before.created);
      expect((await shared().publishConfirmed(subject("a"), bytes(""))).sequence).toBe(1);
    });

    test("deleting a stream that does not exist does nothing", async () => {
      await expect(shared().deleteStream(unique("none"))).resolves.toBeUndefined();
    });

    test("subjects of two streams must not overlap", async () => {
      const { subject } = await makeStream(shared(), "limits");
      const overlapping = shared().ensureStream({
        name: unique("stream-"),
        subjects: [subject("a.*")],
        retention: "limits",
        storage: "memory",
      });
      await expect(overlapping).rejects.toThrow(ConfigError);
      await expect(overlapping).rejects.toMatchObject({ field: "subjects" });
    });
  });
}
