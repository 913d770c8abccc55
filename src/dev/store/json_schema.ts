/** Checks a resource's spec against its definition's JSON Schema. @module */

import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { messageOf } from "../../errors.ts";
import { isObject } from "../../encoding/json.ts";
import { visitSchemas, withLinearPatterns } from "./schema_patterns.ts";

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
    // A copy, because the validator adds marks to the schema.
    const copy = structuredClone(schema) as Schema;
    if (!assertsFormat(schema, draft)) visitSchemas(copy, (node) => delete node["format"]);
    const check = () => new Validator(copy, draft, false).validate(spec);
    const { valid, errors } = withLinearPatterns(copy, spec, check);
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

/** As in the real server, `format` is an annotation only where a schema says that it is of 2019-09 or 2020-12. */
function assertsFormat(schema: unknown, draft: SchemaDraft): boolean {
  return draftName(schema) === undefined || draft === "4" || draft === "7";
}
