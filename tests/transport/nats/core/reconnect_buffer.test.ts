import { expect, test } from "vitest";
import { ReconnectBuffer } from "../../../../src/transport/nats/core/reconnect_buffer.ts";
import { bytes } from "../../support/world.ts";

test("buffers messages up to a limit, and counts those it drops", () => {
  const buffer = new ReconnectBuffer();
  const megabyte = new Uint8Array(1024 * 1024);
  for (let count = 0; count < 10; count++) buffer.add("large", megabyte);
  buffer.add("small", bytes("still fits"));
  const sent: string[] = [];
  expect(buffer.flush((subject) => sent.push(subject))).toBe(3);
  expect(sent).toEqual([...Array<string>(7).fill("large"), "small"]);
  expect(buffer.flush(() => sent.push("again"))).toBe(0);
  expect(sent).toHaveLength(8);
});
