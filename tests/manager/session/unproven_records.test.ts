import { expect, it } from "vitest";
import { UnprovenRecords } from "../../../src/manager/session/unproven_records.ts";

it("a record that was read before its result was sent again proves nothing, until that is confirmed", () => {
  const records = new UnprovenRecords();
  records.read("a", 5, undefined);
  expect(records.of("a")).toBeUndefined();
  records.sent("a");
  expect(records.of("a")).toBe(5);
  records.confirmed("a");
  expect(records.of("a")).toBeUndefined();
  records.sent("a");
  expect(records.of("a")).toBe(0);
});

it("a record that another process has written since is a proof, read or not, until the result is sent once more", () => {
  const records = new UnprovenRecords();
  records.sent("a");
  expect(records.of("a")).toBe(0);
  records.read("a", 7, false);
  expect(records.of("a")).toBe(0);
  records.sent("a");
  expect(records.of("a")).toBe(7);
});

it("a record that says itself that its result was not confirmed proves nothing", () => {
  const records = new UnprovenRecords();
  records.read("a", 5, true);
  expect([records.of("a"), records.of("b")]).toEqual([5, undefined]);
  records.read("a", 6, undefined);
  expect(records.of("a")).toBe(5);
});
