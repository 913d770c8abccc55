import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { validateSpec } from "../../../src/manager/run/validate_spec.ts";

const limits = () => ({ action: "validate", timeoutMs: 1000 });

function schemaThat(
  validate: StandardSchemaV1.Props["validate"],
): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

describe("the validation of a spec", () => {
  it("returns the spec as the schema transforms it, at once or later", async () => {
    const atOnce = schemaThat((value) => ({ value: [value] }));
    const later = schemaThat((value) => Promise.resolve({ value: [value] }));
    expect(await validateSpec(atOnce, 1, limits)).toEqual({ spec: [1] });
    expect(await validateSpec(later, 1, limits)).toEqual({ spec: [1] });
  });

  it("names the path of each issue, keys as text and as objects alike", async () => {
    const schema = schemaThat(() => ({
      issues: [
        { message: "must be text", path: ["region", 0] },
        { message: "is missing", path: [{ key: "size" }] },
        { message: "is not an object" },
      ],
    }));
    expect(await validateSpec(schema, {}, limits)).toEqual({
      issues: "spec.region.0: must be text; spec.size: is missing; spec: is not an object",
    });
  });
});
