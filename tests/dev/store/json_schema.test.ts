import { expect, test } from "vitest";
import { schemaProblem } from "../../../src/dev/store/json_schema.ts";

test("a schema is read as draft 2020-12 unless it names another", () => {
  const tuple = { type: "array", prefixItems: [{ type: "string" }], items: false };
  expect(schemaProblem(tuple, ["a"])).toBeUndefined();
  expect(schemaProblem(tuple, ["a", "b"])).toContain("validation failed");
  const older = {
    $schema: "http://json-schema.org/draft-07/schema#",
    items: [{ type: "string" }],
    additionalItems: false,
  };
  expect(schemaProblem(older, ["a"])).toBeUndefined();
  expect(schemaProblem(older, ["a", "b"])).toContain("validation failed");
});

test("the reason names every invalid place", () => {
  const schema = {
    type: "object",
    required: ["image"],
    properties: { steps: { items: { type: "string" } } },
  };
  const problem = schemaProblem(schema, { steps: ["a", 2] });
  expect(problem).toContain("image");
  expect(problem).toContain("#/steps/1");
});

test("references within a schema are followed, recursive ones too", () => {
  const tree = {
    $ref: "#/$defs/node",
    $defs: {
      node: {
        type: "object",
        required: ["name"],
        properties: { children: { items: { $ref: "#/$defs/node" } } },
      },
    },
  };
  expect(schemaProblem(tree, { name: "a", children: [{ name: "b" }] })).toBeUndefined();
  expect(schemaProblem(tree, { name: "a", children: [{}] })).toContain("#/children/0");
});

test.each([
  [undefined, true],
  ["http://json-schema.org/draft-04/schema#", true],
  ["http://json-schema.org/draft-06/schema#", true],
  ["http://json-schema.org/draft-07/schema#", true],
  ["https://json-schema.org/draft/2019-09/schema", false],
  ["https://json-schema.org/draft/2020-12/schema", false],
])("with the $schema %s, format is a constraint: %s", ($schema, asserted) => {
  const format = { type: "string", format: "date" };
  const schema = {
    ...($schema !== undefined && { $schema }),
    properties: { format, const: format },
    required: ["format"],
  };
  expect(schemaProblem(schema, { format: "2026-01-31" })).toBeUndefined();
  expect(schemaProblem(schema, { format: 1 })).toContain("#/format");
  for (const spec of [{ format: "tomorrow" }, { format: "2026-01-31", const: "tomorrow" }]) {
    const problem = schemaProblem(schema, spec);
    if (asserted) expect(problem).toContain("validation failed");
    else expect(problem).toBeUndefined();
  }
});

test.each<[string, object, object, object]>([
  ["a pattern", { properties: { a: { pattern: "^(a+)+$" } } }, { a: "aaa" }, {
    a: "a".repeat(50_000) + "b",
  }],
  ["a pattern of a property named const", { properties: { const: { pattern: "^(a|a)*$" } } }, {
    const: "aa",
  }, { const: "a".repeat(50_000) + "b" }],
  [
    "patternProperties",
    {
      patternProperties: { "^(a+)+$": { type: "number" }, "^(a|aa)+$": { minimum: 2 } },
      additionalProperties: false,
    },
    { aaa: 2 },
    { ["a".repeat(50_000) + "b"]: 1 },
  ],
  ["propertyNames", { propertyNames: { pattern: "^(\\w+\\s?)*$" } }, { "a b": 1 }, {
    ["a".repeat(50_000) + "!"]: 1,
  }],
])("%s that would block the process is matched in linear time", (_, schema, valid, invalid) => {
  expect(schemaProblem(schema, valid)).toBeUndefined();
  expect(schemaProblem(schema, invalid)).toContain("validation failed");
});

test("patternProperties that match one name apply together", () => {
  const schema = { patternProperties: { "^a": { type: "number" }, "b$": { minimum: 5 } } };
  expect(schemaProblem(schema, { ab: 5 })).toBeUndefined();
  expect(schemaProblem(schema, { ab: 4 })).toContain("#/ab");
  expect(schemaProblem(schema, { ab: "x" })).toContain("#/ab");
});

test("data in a schema that looks like a keyword is not changed", () => {
  expect(schemaProblem({ const: { format: "x" } }, { format: "x" })).toBeUndefined();
});

test("the passed schema is not changed", () => {
  const schema = { properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { format: "date" } } };
  const before = JSON.stringify(schema);
  schemaProblem(schema, { a: 1 });
  expect(JSON.stringify(schema)).toBe(before);
});

test("an unusable schema is itself the problem", () => {
  expect(schemaProblem({ $ref: "#/$defs/nothing" }, {})).toContain("failed to compile schema");
  expect(schemaProblem({ $schema: "https://example.com/own" }, {})).toContain("unknown draft");
  expect(schemaProblem({ pattern: "(" }, "x")).toContain("failed to compile schema");
  expect(schemaProblem("no schema", {})).toContain("neither an object nor a boolean");
  expect(schemaProblem(true, {})).toBeUndefined();
  expect(schemaProblem(false, {})).toContain("validation failed");
});
