import { createParser } from "eventsource-parser";
import { describe, expect, it } from "vitest";
import { createEventStreamParser } from "../../../src/client/logs/event_stream.ts";

/** Reads an event stream, fed in pieces of a length each, or cut at the given places. */
function read(text: string, piece: number): (string | undefined)[] {
  const events: (string | undefined)[] = [];
  const feed = createEventStreamParser((data) => events.push(data));
  for (let at = 0; at < text.length; at += piece) feed(text.slice(at, at + piece));
  return events;
}

describe("an event stream", () => {
  it.each([
    ["data: one\n\ndata:two\n\n", ["one", "two"]],
    ["data: one\r\n\r\ndata: two\r\rdata: three\n\r\n", ["one", "two", "three"]],
    ["data: first\ndata:  second\ndata\n\n", ["first\n second\n"]],
    [": heartbeat\n\nevent: log\nid: 1\nretry: 5\ndata: a: b\n\n", [undefined, "a: b"]],
    ["data: \u2028in a line\n\ndatas: no\n\n", ["\u2028in a line", undefined]],
    ["data\n\ndata: not finished\n", [""]],
  ])("%j is the same however it is cut", (text, events) => {
    for (const piece of [1, 2, 3, 7, text.length]) expect(read(text, piece)).toEqual(events);
  });

  it("ends a line at a carriage return, before the next piece arrives", () => {
    expect(read("data: one\r\r", 100)).toEqual(["one"]);
  });

  it("takes pieces without text", () => {
    const events: unknown[] = [];
    const feed = createEventStreamParser((data) => events.push(data));
    for (const piece of ["data: one\r", "", "\n", "", "\r\n"]) feed(piece);
    expect(events).toEqual(["one"]);
  });

  it("is read as a parser for browsers reads it", () => {
    const lines = ["data: one", "data:two", "data", ": comment", "event: log", "id:1", "x", ""];
    let state = 1;
    const random = (below: number) => (state = state * 48_271 % 2_147_483_647) % below;
    for (let round = 0; round < 200; round++) {
      let text = "";
      for (let line = 0; line < 40; line++) {
        text += lines[random(lines.length)]! + ["\n", "\r\n"][random(2)];
      }
      const expected: string[] = [];
      createParser({ onEvent: ({ data }) => expected.push(data) }).feed(text);
      const piece = 1 + random(20);
      expect(read(text, piece).filter((data) => data !== undefined), text).toEqual(expected);
    }
  });
});
