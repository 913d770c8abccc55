import { describe, expect, it } from "vitest";
import {
  encodeLiveLineV1,
  encodeLogEntry,
  type LogEntry,
  logEntryTime,
  readLogEntry,
} from "../../../src/protocol/logs/log_entry.ts";
import { MalformedMessageError } from "../../../src/protocol/malformed.ts";
import { readVectors, text } from "../vectors.ts";

interface Vectors {
  encode: {
    name: string;
    entry: LogEntry;
    labels?: Record<string, string>;
    wire: string;
  }[];
  read: { name: string; wire: string; entry: LogEntry; time: string | null }[];
  malformed: { wire: string; error: string }[];
  liveV1: {
    name: string;
    unixSeconds: number;
    message: string;
    wire: string;
  }[];
}

const vectors = readVectors<Vectors>("log_entry");

describe("a LogEntry is encoded byte for byte", () => {
  it.each(vectors.encode)("$name", ({ entry, labels, wire }) => {
    expect(text(encodeLogEntry(entry, labels))).toBe(wire);
  });
});

describe("a LogEntry is read", () => {
  it.each(vectors.read)("$name", ({ wire, entry, time }) => {
    const read = readLogEntry(JSON.parse(wire));
    expect(read).toEqual(entry);
    expect(logEntryTime(read)?.toISOString() ?? null).toBe(time);
  });

  it.each(vectors.malformed)(
    "and refused with the reason: $wire",
    ({ wire, error }) => {
      expect(() => readLogEntry(JSON.parse(wire))).toThrow(
        new MalformedMessageError(error),
      );
    },
  );
});

describe("a live line of v1 is encoded byte for byte", () => {
  it.each(vectors.liveV1)("$name", ({ unixSeconds, message, wire }) => {
    expect(text(encodeLiveLineV1(unixSeconds, message))).toBe(wire);
  });
});
