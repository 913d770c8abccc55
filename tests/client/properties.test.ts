import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "@conveyor/driver";
import type { LogEntry } from "@conveyor/driver/client";
import { createEntryDeduplicator } from "../../src/client/logs/entry_deduplicator.ts";
import { readIdentity } from "../../src/credentials/identity.ts";
import { readDer, writeDer } from "../../src/credentials/der.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "../support/certificates.ts";

let authority: CertificateAuthority;
let issued: IssuedCertificate[];
beforeAll(async () => {
  authority = await createCertificateAuthority();
  issued = await Promise.all([
    authority.issue({ key: "rsa" }),
    authority.issue({ form: "traditional" }),
    authority.issue({ key: "p521" }),
  ]);
});
afterAll(() => authority.remove());

/** PEM text with some bytes of its body changed, or cut short. */
function damaged(pem: string, changes: [at: number, byte: number][], keep: number): string {
  const [, head = "", body = "", tail = ""] = /(-.*-\n)([^-]*)(-.*-)/.exec(pem) ?? [];
  const bytes = Buffer.from(body, "base64");
  for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
  return head + bytes.subarray(0, Math.ceil(bytes.length * keep)).toString("base64") + "\n" + tail;
}

describe("whatever stands in a certificate or a key, it is read or refused as a ConfigError", () => {
  const changes = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 });
  const keep = fc.oneof(fc.constant(1), fc.double({ min: 0.01, max: 1, noNaN: true }));

  it("with bytes changed or missing", () => {
    fc.assert(
      fc.property(fc.nat(2), fc.boolean(), changes, keep, (which, inKey, changes, keep) => {
        const { cert, key } = issued[which]!;
        const one = inKey
          ? { cert, key: damaged(key, changes, keep) }
          : { cert: damaged(cert, changes, keep), key };
        try {
          expect(readIdentity(one).scheme.alg).toMatch(/^(RS|PS|ES)\d+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("with any text at all", () => {
    const label = fc.constantFrom(
      "CERTIFICATE",
      "PRIVATE KEY",
      "EC PRIVATE KEY",
      "RSA PRIVATE KEY",
      "X",
    );
    const block = fc.tuple(label, fc.base64String(), fc.string()).map(([label, body, extra]) =>
      `-----BEGIN ${label}-----\n${body}${extra}\n-----END ${label}-----\n`
    );
    const text = fc.oneof(
      fc.string(),
      block,
      fc.tuple(block, block).map((blocks) => blocks.join("")),
    );
    fc.assert(fc.property(text, text, (cert, key) => {
      expect(() => readIdentity({ cert, key })).toThrow(ConfigError);
    }));
  });
});

describe("DER", () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
    "of %i bytes is read as it was written",
    (length) => {
      const content = new Uint8Array(length).fill(7);
      const bytes = writeDer(0x04, writeDer(0x30, content), Uint8Array.of(5, 0));
      const [outer, ...others] = readDer(bytes);
      expect(others).toEqual([]);
      const [inner, end] = readDer(outer!.content);
      expect([inner?.tag, inner?.content.length, end?.tag]).toEqual([0x30, length, 5]);
      expect(() => readDer(bytes.subarray(0, -1))).toThrow(RangeError);
    },
  );
});

describe("entries of a log, read over several connections", () => {
  const entry = fc.record({
    runId: fc.constant("r"),
    pipeline: fc.constant(""),
    driver: fc.constantFrom("a", "b"),
    message: fc.constantFrom("x", "y"),
  });

  it("come once each when their times are unique, however often each part of the log is read", () => {
    const readings = fc.array(fc.array(fc.nat(19), { maxLength: 40 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 20, maxLength: 20 }),
        readings,
        (entries, readings) => {
          const log = entries.map((it, index) => ({
            ...it,
            timestamp: `2026-01-01T00:00:00.${index}Z`,
          }));
          const seen = createEntryDeduplicator();
          const given: LogEntry[] = [];
          for (const indexes of readings) {
            const isNew = seen.beginPass();
            given.push(...indexes.map((index) => log[index]!).filter(isNew));
          }
          const expected = new Set(readings.flat());
          expect(given.length).toBe(expected.size);
          expect(new Set(given)).toEqual(new Set([...expected].map((index) => log[index])));
        },
      ),
    );
  });

  it("come as often as the fullest reading has them when times are in whole seconds", () => {
    const log = fc.array(entry.map((it): LogEntry => ({ ...it, timestamp: "1767225600" })), {
      maxLength: 20,
    });
    fc.assert(fc.property(log, fc.array(fc.nat(20), { maxLength: 5 }), (log, lengths) => {
      const seen = createEntryDeduplicator();
      const given: LogEntry[] = [];
      for (const length of lengths) given.push(...log.slice(0, length).filter(seen.beginPass()));
      const most = Math.min(Math.max(0, ...lengths), log.length);
      const sorted = (entries: LogEntry[]) => entries.map((it) => JSON.stringify(it)).sort();
      expect(sorted(given)).toEqual(sorted(log.slice(0, most)));
    }));
  });
});
