import { describe, expect, it } from "vitest";
import { createMasker } from "../../../src/logger/masking/masker.ts";

const SECRET = "s3cr3t/with+odd &chars?";

describe("a masker masks a secret", () => {
  const cases: [string, string][] = [
    ["as it is", `password=${SECRET}!`],
    ["twice in a row", SECRET + SECRET],
    ["in JSON", JSON.stringify({ password: SECRET })],
    ["in a URL's query", `https://x/?p=${encodeURIComponent(SECRET)}`],
    ["in a URL's query, lower-case digits", encodeURIComponent(SECRET).toLowerCase()],
    ["in a form", new URLSearchParams({ p: SECRET }).toString()],
    ["in base64", `token ${btoa(SECRET)}`],
    ["in base64 after one byte", btoa("x" + SECRET)],
    ["in base64 after two bytes", btoa("xy" + SECRET)],
    ["in basic auth", `Basic ${btoa("admin:" + SECRET)}`],
    ["in base64url", btoa("a" + SECRET).replaceAll("+", "-").replaceAll("/", "_")],
    ["in base64 in a URL", encodeURIComponent(btoa(SECRET))],
  ];
  for (const [how, text] of cases) {
    it(how, () => {
      const masked = createMasker([SECRET]).mask(text);
      expect(masked).toContain("***");
      const parts = [
        SECRET.slice(0, 8),
        encodeURIComponent(SECRET).slice(-8),
        btoa(SECRET).slice(4, 16),
      ];
      for (const part of parts) expect(masked).not.toContain(part);
    });
  }

  it("that holds quotes and line breaks, in JSON inside JSON", () => {
    const secret = 'pass"word\\with\ttab';
    const text = JSON.stringify({ payload: JSON.stringify({ secret }) });
    expect(createMasker([secret]).mask(text)).toBe(
      JSON.stringify({ payload: JSON.stringify({ secret: "***" }) }),
    );
  });

  it("with or without the white space of the file it was read from", () => {
    const masker = createMasker(["  the-token-itself\n"]);
    expect(masker.mask("got the-token-itself.")).toBe("got ***.");
  });

  it("that overlaps with another", () => {
    expect(createMasker(["abcdef", "defghi"]).mask("<abcdefghi>")).toBe("<***>");
  });

  it("that masking would create", () => {
    expect(createMasker(["a***b", "hidden"]).mask("ahiddenb")).toBe("***");
    expect(createMasker(["****", "hidden"]).mask("*hidden*")).not.toContain("****");
  });

  it("of its parent, also one added later", () => {
    const parent = createMasker();
    const child = createMasker({ secrets: ["of-the-run"], parent });
    parent.add("of-the-manager");
    expect(child.mask("of-the-run of-the-manager")).toBe("*** ***");
    expect(parent.mask("of-the-run of-the-manager")).toBe("of-the-run ***");
  });

  it("until it is deleted", () => {
    const masker = createMasker(["expired-token"]);
    masker.delete("expired-token");
    expect(masker.mask("expired-token")).toBe("expired-token");
  });
});

describe("createMasker", () => {
  it("refuses a parent that it did not create", () => {
    const add = () => true;
    const foreign = { add, delete() {}, mask: String, maskValue: <T>(value: T) => value };
    expect(() => createMasker({ parent: foreign })).toThrow(
      "parent must be a masker created by createMasker, got a value of type object",
    );
  });
});

describe("a masker does not change", () => {
  it("a text without a secret", () => {
    const text = "nothing to see here: s3cr3t/with-odd";
    expect(createMasker([SECRET]).mask(text)).toBe(text);
    expect(createMasker().mask(text)).toBe(text);
  });

  it("secrets of fewer than four characters, which add() refuses", () => {
    const masker = createMasker();
    expect([masker.add(""), masker.add("abc"), masker.add("  ab \n")]).toEqual([
      false,
      false,
      false,
    ]);
    expect(masker.add("abcd")).toBe(true);
    expect(masker.mask("abc abcd")).toBe("abc ***");
  });

  it("the single characters of a secret that is passed as one string", () => {
    expect(createMasker("hunter22").mask("hunter22 runs")).toBe("*** runs");
  });
});
