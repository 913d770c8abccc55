/** The driver of a new project, and its test. @module */

import type { ProjectRuntime } from "./project_options.ts";

/** Writes the driver, in TypeScript or in JavaScript. */
export function driverSource(isTyped: boolean): string {
  return `import { createDriver } from "@conveyor/driver";

/** Greets whom a resource names. */
export default createDriver${isTyped ? "<{ whom: string }>" : ""}({
  name: "greet",
  resources: ["workflow"],
  reconcile({ event, resource, logger }) {
    if (event === "delete") return; // There is nothing to clean up.
    const { whom } = resource.spec;
    logger.info(\`hello \${whom}\`);
    return { success: true, message: \`greeted \${whom}\`, data: { letters: whom.length } };
  },
});
`;
}

/** Writes its test, for the test runner of the runtime. */
export function testSource(runtime: ProjectRuntime, driver: string): string {
  const { imports, test, equal } = RUNNERS[runtime];
  return `${imports}
import { testDriver } from "@conveyor/driver/testing";
import driver from ${JSON.stringify(`./${driver}`)};

${test}("greets whom the resource names", async () => {
  const { result, messages } = await testDriver(driver, { spec: { whom: "Ada" } });
  ${equal("messages", '["hello Ada"]')};
  ${equal("result?.data", "{ letters: 3 }")};
});
`;
}

interface Runner {
  readonly imports: string;
  readonly test: string;
  readonly equal: (actual: string, expected: string) => string;
}

const RUNNERS: Readonly<Record<ProjectRuntime, Runner>> = {
  node: {
    imports: `import assert from "node:assert/strict";\nimport { test } from "node:test";`,
    test: "test",
    equal: (actual, expected) => `assert.deepEqual(${actual}, ${expected})`,
  },
  deno: {
    imports: `import { deepStrictEqual } from "node:assert/strict";`,
    test: "Deno.test",
    equal: (actual, expected) => `deepStrictEqual(${actual}, ${expected})`,
  },
  bun: {
    imports: `import { expect, test } from "bun:test";`,
    test: "test",
    equal: (actual, expected) => `expect(${actual}).toEqual(${expected})`,
  },
};
