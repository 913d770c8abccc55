import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import {
  type DriverEvent,
  encodeDriverEvent,
  readDriverEvent,
} from "../../src/protocol/driver_event.ts";
import { MalformedMessageError } from "../../src/protocol/malformed.ts";
import { readVectors, text } from "./vectors.ts";

interface Vectors {
  event: DriverEvent;
  wire: Record<string, unknown>;
  malformed: { wire: string; error: string }[];
}

const { event, wire, malformed } = readVectors<Vectors>("driver_event");

describe("a custom event", () => {
  it("is encoded to its wire form, and read from it", () => {
    expect(JSON.parse(text(encodeDriverEvent(event)))).toEqual(wire);
    expect(readDriverEvent(wire)).toEqual(event);
  });

  it("without data has null", () => {
    expect(JSON.parse(text(encodeDriverEvent({ ...event, data: undefined }))).data).toBeNull();
  });

  it("is rejected when its name cannot be a subject token", () => {
    expect(() => encodeDriverEvent({ ...event, event: "a.b" })).toThrow(ConfigError);
  });

  it("is rejected when JSON cannot hold its data", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    for (const data of [circle, 1n]) {
      expect(() => encodeDriverEvent({ ...event, data })).toThrow(
        "cannot publish the event artifact of build: JSON cannot hold its data",
      );
    }
  });

  it.each(malformed)("is not read from $wire", ({ wire, error }) => {
    expect(() => readDriverEvent(JSON.parse(wire))).toThrow(new MalformedMessageError(error));
  });
});
