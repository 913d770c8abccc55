import { expect, test } from "vitest";
import { ReconnectBuffer } from "../../../../src/transport/nats/core/reconnect_buffer.ts";
import { bytes } from "../../support/world.ts";

test("what is held back has a limit, and what is dropped is counted", () => {
  const held = new ReconnectBuffer();
  const megabyte = new Uint8Array(1024 * 1024);
  for (let count = 0; count < 10; count++) held.add("large", megabyte);
  held.add("small", bytes("fits still"));
  const sent: string[] = [];
  expect(held.release((subject) => sent.push(subject))).toBe(3);
  expect(sent).toEqual([...Array<string>(7).fill("large"), "small"]);
  expect(held.release(() => sent.push("again"))).toBe(0);
  expect(sent).toHaveLength(8);
});
