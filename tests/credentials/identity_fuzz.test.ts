import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readIdentity } from "../../src/credentials/identity.ts";
import { ConfigError } from "../../src/errors.ts";
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

/** PEM text with changed bytes, or cut short. */
function damaged(pem: string, changes: [at: number, byte: number][], keep: number): string {
  const [, head = "", body = "", tail = ""] = /(-.*-\n)([^-]*)(-.*-)/.exec(pem) ?? [];
  const bytes = Buffer.from(body, "base64");
  for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
  return head + bytes.subarray(0, Math.ceil(bytes.length * keep)).toString("base64") + "\n" + tail;
}

describe("any certificate and any key is read, or rejected with a ConfigError", () => {
  const changes = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 });
  const keep = fc.oneof(fc.constant(1), fc.double({ min: 0.01, max: 1, noNaN: true }));

  it("with changed or missing bytes", () => {
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

  it("with any text", () => {
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
