import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { checkDriverName, checkResourceType, isSafeId } from "../../src/protocol/names.ts";

describe("a name that cannot be a durable consumer is rejected", () => {
  it.each([
    " ",
    "\t",
    "\n",
    "\u00a0",
    ".",
    "*",
    ">",
    "/",
    "\\",
    "\u0000",
    "\u007f",
  ])(
    "one that holds %j",
    (bad) => {
      const rejected = () => checkDriverName(`my${bad}driver`);
      expect(rejected).toThrow(ConfigError);
      expect(rejected).toThrow(JSON.stringify(bad));
      expect(rejected).toThrow("durable consumer");
    },
  );

  it.each([undefined, null, "", 7, {}])("%j, which is not a name", (bad) => {
    expect(() => checkDriverName(bad)).toThrow(
      "name must be a text that is not empty, got ",
    );
  });

  it("with an error that names the field", () => {
    const error = caught(() => checkResourceType("a.b", "resources[1]"));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).field).toBe("resources[1]");
    expect((error as ConfigError).message).toBe(
      `resources[1]: "a.b" cannot be a resource type, because it becomes a token of a NATS subject and may not hold "."; ` +
        `use letters, digits, "-" and "_"`,
    );
  });
});

describe("a name that can be a durable consumer is accepted", () => {
  it("with any other characters", () => {
    const good = fc.string({ unit: "grapheme", minLength: 1 })
      // deno-lint-ignore no-control-regex
      .filter((name) => !/[\s.*>/\\\u0000-\u001f\u007f]/.test(name));
    fc.assert(fc.property(good, (name) => {
      checkDriverName(name);
      checkResourceType(name);
    }));
  });
});

describe("an id from the wire is safe", () => {
  it.each(["0b54ad56-3b04-4a3e-9a52-2d1c1f8a7e11", "66f0c2b7e4b0a1c2d3e4f507", "1", "a:b=c", "é"])(
    "when it is one token: %j",
    (id) => expect(isSafeId(id)).toBe(true),
  );

  it.each([
    " ",
    "a b",
    "a\r\nPUB b 0\r\n",
    "a.b",
    "*",
    ">",
    "../x",
    "a\\b",
    "\u0000",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ud800",
    "a".repeat(129),
  ])("but not %j", (id) => expect(isSafeId(id)).toBe(false));
});

function caught(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
