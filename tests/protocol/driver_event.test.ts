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

describe("an event of a driver's own", () => {
  it("is encoded with the wire's names, and read by another program", () => {
    expect(JSON.parse(text(encodeDriverEvent(event)))).toEqual(wire);
    expect(readDriverEvent(wire)).toEqual(event);
  });

  it("without data holds null", () => {
    expect(JSON.parse(text(encodeDriverEvent({ ...event, data: undefined }))).data).toBeNull();
  });

  it("is refused when its name cannot be a subject's token", () => {
    expect(() => encodeDriverEvent({ ...event, event: "a.b" })).toThrow(ConfigError);
  });

  it("is refused when JSON cannot hold its data", () => {
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
