import { describe, expect, it, vi } from "vitest";
import { createMasker } from "../../../src/logger/masking/masker.ts";

const encode = (text: string) => new TextEncoder().encode(text);

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

  const odd = 'pä"s/\tws\\o<rd>&😀 + @#';
  /** As other writers escape JSON: each turns what its own library escapes into `\\uXXXX`, or a slash into `\\/`. */
  const escaped = (text: string, which: RegExp, digits = (hex: string) => hex) =>
    JSON.stringify(text).slice(1, -1).replace(
      which,
      (unit) => "\\u" + digits(unit.charCodeAt(0).toString(16).padStart(4, "0")),
    );
  const php = (text: string) => escaped(text, /[\x7f-\uffff]/g).replaceAll("/", "\\/");
  const python = (text: string) => escaped(text, /[\x7f-\uffff]/g);
  const go = (text: string) => escaped(text, /[<>&]/g);
  const dotnet = (text: string) => escaped(text, /[<>&+'\x7f-\uffff]/g, (hex) => hex.toUpperCase());
  const userInfo = (text: string) => {
    const url = new URL("http://host");
    url.password = text;
    return url.password;
  };
  it.each<[string, (text: string) => string]>([
    ["as PHP writes JSON", php],
    ["as Python writes JSON", python],
    ["as Go writes JSON", go],
    [".NET's JSON", dotnet],
    ["Go's JSON in Python's", (text) => python(go(text))],
    ["PHP's JSON in Go's in Python's", (text) => python(go(php(text)))],
    ["the user info of a URL", userInfo],
    ["the user info of a URL in PHP's JSON", (text) => php(userInfo(text))],
    ["base64 in PHP's JSON", (text) => php(btoa(String.fromCharCode(...encode(text))))],
    ["a form in Go's JSON", (text) => go(new URLSearchParams({ p: text }).toString())],
    ["each character escaped", (text) => escaped(text, /[^]/g)],
  ])("of any characters, %s", (_, write) => {
    expect(createMasker([odd]).mask(`<${write(odd)}>`)).toMatch(/^<(p=)?\*\*\*[^a-z]{0,8}>$/);
  });

  it.each([
    ["pass%00word!  ", userInfo],
    ["100%25 sure", userInfo],
    ["a+b\\%5Cn c", (text: string) => userInfo(dotnet(text))],
    ["C:\\new \\u0041 %41", (text: string) => go(userInfo(text))],
  ])("that holds what looks like an escape: %s", (secret, write) => {
    expect(createMasker([secret]).mask(`<${write(secret)}>`)).toMatch(/^<\*\*\*(%20)*>$/);
  });

  it("of few characters without its escapes, only where it is written with more", () => {
    const masker = createMasker(["%41%42"]);
    expect(masker.mask("AB %41%42 \\u0041B")).toBe("AB *** ***");
  });

  it("that is a JSON document, in another layout, and its long texts alone", () => {
    const secret = JSON.stringify({ key: "a-long-member-of-it", id: [7, { b: "x" }] }, null, 4);
    const masker = createMasker([secret]);
    expect(masker.mask(JSON.stringify(JSON.parse(secret)))).toBe("***");
    expect(masker.mask('{"key": "a-long-member-of-it", "id": [7, {"b": "x"}]}')).toBe("***");
    expect(masker.mask("key: a-long-member-of-it")).toBe("key: ***");
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

describe("the time of masking is linear in the text", () => {
  const secret = "a".repeat(5000) + "b";
  const line = "a".repeat(200_000);

  it("for a secret that repeats a character", () => {
    const masker = createMasker([secret]);
    let compared = 0;
    const counting = new Proxy(String.prototype.startsWith, {
      apply(startsWith, text, [pattern, at]: [string, number]) {
        compared += pattern.length;
        return Reflect.apply(startsWith, text, [pattern, at]) as boolean;
      },
    });
    const spy = vi.spyOn(String.prototype, "startsWith").mockImplementation(counting);
    const masked = masker.mask(line);
    spy.mockRestore();
    expect(masked).toBe(line);
    expect(compared).toBeLessThan(64 * line.length);
    expect(masker.mask(line + "b" + line)).toBe("a".repeat(195_000) + "***" + line);
  });

  it("for a mask that makes secrets again and again", () => {
    const masker = createMasker(["a***", "hidden"]);
    expect(masker.mask("a".repeat(10_000) + "hidden")).toBe("***");
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
