/** Validates a resource's spec with the schema that its driver brought. @module */

import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The spec as the schema gives it, or what is wrong with it. */
export type CheckedSpec = { readonly spec: unknown } | { readonly problem: string };

/** Validates a spec. The problem names each path that is wrong. */
export async function validateSpec(schema: StandardSchemaV1, spec: unknown): Promise<CheckedSpec> {
  let result = schema["~standard"].validate(spec);
  if (result instanceof Promise) result = await result;
  if (!result.issues) return { spec: result.value };
  return { problem: result.issues.map(describeIssue).join("; ") };
}

function describeIssue({ path, message }: StandardSchemaV1.Issue): string {
  const keys = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return `${["spec", ...keys].join(".")}: ${message}`;
}
