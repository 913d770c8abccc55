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

test("format is no constraint from 2019-09 on, and is one before", () => {
  const schema = {
    properties: { format: { type: "string", format: "date" } },
    required: ["format"],
  };
  expect(schemaProblem(schema, { format: "tomorrow" })).toBeUndefined();
  expect(schemaProblem(schema, { format: 1 })).toContain("#/format");
  const older = { $schema: "http://json-schema.org/draft-07/schema#", ...schema };
  expect(schemaProblem(older, { format: "tomorrow" })).toContain("validation failed");
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
