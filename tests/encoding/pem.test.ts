import { describe, expect, it } from "vitest";
import { certificateBlocks } from "../../src/encoding/certificate_blocks.ts";
import { readPem } from "../../src/encoding/pem.ts";

const block = (label: string, body: string) =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;
const LEAF = block("CERTIFICATE", "bGVh\r\nZg==");
const ROOT = block("CERTIFICATE", "cm9vdA==");
const KEY = block("PRIVATE KEY", "a2V5");

describe("certificateBlocks", () => {
  it("returns each certificate as PEM text, in order, and nothing else", () => {
    const text = `subject=CN web\n${LEAF}\n${KEY}\n${ROOT}\n`;
    expect(certificateBlocks(text)).toEqual([LEAF, ROOT]);
  });

  it("returns a certificate that cannot be parsed as well", () => {
    const damaged = block("CERTIFICATE", "this is - not base64");
    expect(certificateBlocks(damaged)).toEqual([damaged]);
  });

  it.each(["", "no PEM at all", KEY, LEAF.slice(0, -5)])("finds none in %j", (text) => {
    expect(certificateBlocks(text)).toEqual([]);
  });
});

describe("readPem", () => {
  it("returns label, base64 and bytes of each block", () => {
    const blocks = readPem(`${KEY}\n${LEAF}`);
    expect(blocks.map(({ label }) => label)).toEqual(["PRIVATE KEY", "CERTIFICATE"]);
    expect(blocks.map(({ base64 }) => base64)).toEqual(["a2V5", "bGVhZg=="]);
    expect(blocks.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["key", "leaf"]);
  });

  it("skips blocks that are not base64, such as a traditional encrypted key", () => {
    const encrypted = block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\na2V5");
    expect(readPem(encrypted)).toEqual([]);
    expect(readPem(block("CERTIFICATE", "abc"))).toEqual([]);
  });
});
