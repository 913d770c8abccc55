/** Validates a resource's spec with the schema of its driver. @module */

import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The validated spec, or its issues as one line. */
export type CheckedSpec = { readonly spec: unknown } | { readonly issues: string };

/** Validates a spec. Each issue names its path. */
export async function validateSpec(schema: StandardSchemaV1, spec: unknown): Promise<CheckedSpec> {
  let result = schema["~standard"].validate(spec);
  if (result instanceof Promise) result = await result;
  if (!result.issues) return { spec: result.value };
  return { issues: result.issues.map(describeIssue).join("; ") };
}

function describeIssue({ path, message }: StandardSchemaV1.Issue): string {
  const keys = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return `${["spec", ...keys].join(".")}: ${message}`;
}
