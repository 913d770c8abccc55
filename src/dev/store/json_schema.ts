/** Checks a resource's spec against its definition's JSON Schema. @module */

import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { messageOf } from "../../errors.ts";
import { isObject } from "../../protocol/json.ts";

const DRAFTS: readonly [pattern: RegExp, draft: SchemaDraft][] = [
  [/draft-04\//, "4"],
  [/draft-0[67]\//, "7"],
  [/draft\/2019-09\//, "2019-09"],
  [/draft\/2020-12\//, "2020-12"],
];

/**
 * Describes why a spec is invalid, or why its schema is unusable; `undefined` when the spec is valid.
 * The schema is read as draft 2020-12 unless its `$schema` names another.
 */
export function schemaProblem(schema: unknown, spec: unknown): string | undefined {
  if (typeof schema !== "boolean" && !isObject(schema)) {
    return "failed to compile schema: it is neither an object nor a boolean";
  }
  const draft = draftOf(schema);
  if (!draft) return `failed to compile schema: unknown draft ${JSON.stringify(draftName(schema))}`;
  try {
    const { valid, errors } = new Validator(prepared(schema, draft), draft, false).validate(spec);
    if (valid) return undefined;
    const reasons = errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
    return `validation failed: ${reasons.join(" ")}`;
  } catch (thrown) {
    return `failed to compile schema: ${messageOf(thrown)}`;
  }
}

function draftName(schema: unknown): unknown {
  return isObject(schema) ? schema["$schema"] : undefined;
}

function draftOf(schema: unknown): SchemaDraft | undefined {
  const name = draftName(schema);
  if (name === undefined) return "2020-12";
  return DRAFTS.find(([pattern]) => typeof name === "string" && pattern.test(name))?.[1];
}

/** A copy, because the validator adds marks to the schema. From 2019-09 on `format` is an annotation, not a constraint. */
function prepared(schema: Schema | boolean, draft: SchemaDraft): Schema {
  const copy = structuredClone(schema);
  if (draft === "2019-09" || draft === "2020-12") dropFormats(copy);
  return copy as Schema;
}

const DATA_KEYWORDS = new Set(["const", "enum", "default", "examples"]);

function dropFormats(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(dropFormats);
  if (!isObject(node)) return;
  if (typeof node["format"] === "string") delete node["format"];
  for (const [key, value] of Object.entries(node)) {
    if (!DATA_KEYWORDS.has(key)) dropFormats(value);
  }
}
