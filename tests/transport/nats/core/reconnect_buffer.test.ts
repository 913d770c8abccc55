import { expect, test } from "vitest";
import { ReconnectBuffer } from "../../../../src/transport/nats/core/reconnect_buffer.ts";
import { bytes } from "../../support/world.ts";

test("buffers messages up to a limit, and counts those it drops", () => {
  const buffer = new ReconnectBuffer();
  const megabyte = new Uint8Array(1024 * 1024);
  for (let count = 0; count < 10; count++) buffer.add("large", megabyte);
  buffer.add("small", bytes("still fits"));
  buffer.add("huge", new Uint8Array(100));
  const sent: string[] = [];
  const errors: string[] = [];
  const flush = (limit: number) =>
    buffer.flush(limit, (subject) => sent.push(subject), ({ message }) => errors.push(message));
  flush(1024 * 1024);
  expect(sent).toEqual([...Array<string>(7).fill("large"), "small", "huge"]);
  expect(errors).toEqual([expect.stringContaining("cannot publish 3 messages")]);
  flush(10);
  expect([sent.length, errors.length]).toEqual([9, 1]);
  buffer.add("huge", new Uint8Array(100));
  flush(10);
  expect([sent.length, errors[1]]).toEqual([9, expect.stringContaining("at most 10 bytes")]);
});
