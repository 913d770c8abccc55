/** Validates a resource's spec with the schema of its driver. @module */

import { type Limits, withDeadline } from "../../async/deadline.ts";
import type { StandardSchema, StandardSchemaIssue } from "../../standard_schema.ts";

/** The validated spec, or its issues as one line. */
export type CheckedSpec = { readonly spec: unknown } | { readonly issues: string };

/**
 * Validates a spec. Each issue names its path.
 *
 * @throws what the validator throws; a `TimeoutError` or the signal's reason when it does not settle within its limits.
 */
export async function validateSpec(
  schema: StandardSchema,
  spec: unknown,
  limits: () => Limits,
): Promise<CheckedSpec> {
  let result = schema["~standard"].validate(spec);
  if ("then" in result) {
    const validating = result;
    result = await withDeadline(limits(), async () => await validating);
  }
  if (!result.issues) return { spec: result.value };
  return { issues: result.issues.map(describeIssue).join("; ") };
}

function describeIssue({ path, message }: StandardSchemaIssue): string {
  const keys = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return `${["spec", ...keys].join(".")}: ${message}`;
}
