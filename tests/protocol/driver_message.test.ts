import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeDriverMessage,
  type DriverMessage,
  encodeDriverMessage,
} from "../../src/protocol/driver_message.ts";
import { MalformedMessageError } from "../../src/protocol/malformed.ts";
import { bytes, readVectors, text } from "./vectors.ts";

interface Vectors {
  decode: {
    name: string;
    wire: string;
    message: Omit<DriverMessage, "rawResource">;
  }[];
  encode: { name: string; wire: string; message: DriverMessage }[];
  malformed: { wire: string; error: string }[];
}

const vectors = readVectors<Vectors>("driver_message");

describe("a DriverMessage is decoded", () => {
  it.each(vectors.decode)("$name", ({ wire, message }) => {
    const { rawResource, ...decoded } = decodeDriverMessage(bytes(wire));
    expect(decoded).toEqual(message);
    expect(rawResource).toEqual(JSON.parse(message.payload));
  });

  it("with unknown fields of the resource, for results", () => {
    const wire = encodeDriverMessage({
      event: "create",
      id: "1",
      runId: "2",
      payload: `{"name":"site","resource":"workflow","later":{"deep":[1]}}`,
    });
    expect(decodeDriverMessage(wire).rawResource).toEqual({
      name: "site",
      resource: "workflow",
      later: { deep: [1] },
    });
  });

  it("with metadata of any JSON, as it came", () => {
    const payload =
      `{"name":"a","resource":"b","metadata":{"version":2,"flag":true,"nested":{"x":null}}}`;
    const { resource } = decodeDriverMessage(
      encodeDriverMessage({ event: "create", id: "1", runId: "2", payload }),
    );
    expect(resource.metadata).toEqual({
      version: 2,
      flag: true,
      nested: { x: null },
    });
  });
});

describe("a DriverMessage is encoded byte for byte", () => {
  it.each(vectors.encode)("$name", ({ wire, message }) => {
    expect(text(encodeDriverMessage(message))).toBe(wire);
  });

  it("and decodes to the same message, for any texts", () => {
    const filled = fc.string({ unit: "binary", minLength: 1 });
    const id = fc.oneof(fc.uuid(), fc.stringMatching(/^[-\w:=~é]{1,40}$/));
    fc.assert(
      fc.property(
        filled,
        id,
        id,
        filled,
        fc.json(),
        (event, id, runId, name, spec) => {
          const payload = JSON.stringify({
            name,
            resource: "workflow",
            spec: JSON.parse(spec),
          });
          const decoded = decodeDriverMessage(
            encodeDriverMessage({ event, id, runId, payload }),
          );
          expect(decoded).toMatchObject({ event, id, runId, payload });
          expect(decoded.resource.name).toBe(name);
          expect(decoded.resource.spec).toEqual(JSON.parse(spec));
        },
      ),
    );
  });
});

describe("a DriverMessage that violates the protocol is rejected with the reason", () => {
  it.each(vectors.malformed)("$wire", ({ wire, error }) => {
    expect(() => decodeDriverMessage(bytes(wire))).toThrow(
      new MalformedMessageError(error),
    );
  });

  it("an id of more than 128 characters", () => {
    const wire = encodeDriverMessage({
      event: "create",
      id: "1",
      runId: "r".repeat(129),
      payload: `{"name":"site","resource":"workflow"}`,
    });
    expect(() => decodeDriverMessage(wire)).toThrow(MalformedMessageError);
  });

  it("bytes that are not UTF-8", () => {
    expect(() => decodeDriverMessage(Uint8Array.of(0x7b, 0xff, 0x7d)))
      .toThrow(new MalformedMessageError("the message is not JSON"));
  });

  it("with a MalformedMessageError, for any bytes and any JSON", () => {
    const field = fc.oneof(fc.jsonValue(), fc.json());
    const message = fc.record(
      { event: field, payload: field, id: field, run_id: field },
      { requiredKeys: [] },
    ).map((value) => bytes(JSON.stringify(value)));
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array(), fc.json().map(bytes), message),
        (wire) => {
          try {
            expect(decodeDriverMessage(wire).runId).not.toBe("");
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedMessageError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
