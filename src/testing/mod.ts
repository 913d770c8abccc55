/**
 * Tests of drivers, in any test runner of Node, Deno and Bun: one delivery of an event with its result, lines and events;
 * redeliveries, time-outs, lost leases and shutdowns in virtual time; and whole pipelines on the embedded server.
 *
 * @example A test with node:test; vitest, deno test and bun test are alike
 * ```ts
 * import assert from "node:assert/strict";
 * import { test } from "node:test";
 * import { createDriver } from "@conveyor/driver";
 * import { testDriver } from "@conveyor/driver/testing";
 *
 * const greet = createDriver({
 *   name: "greet",
 *   resources: ["workflow"],
 *   reconcile: ({ resource, logger }) => logger.info(`hello ${resource.name}`),
 * });
 *
 * test("greets the resource", async () => {
 *   const { result, messages } = await testDriver(greet, { name: "world" });
 *   assert.equal(result?.success, true);
 *   assert.deepEqual(messages, ["hello world"]);
 * });
 * ```
 *
 * @module
 */

export { createDriverTest } from "./create_driver_test.ts";
export type { DriverTest } from "./driver_test.ts";
export type { DriverTestOptions, TestAbort } from "./options.ts";
export type { DeliveryReport, DriverReport, Settlement, TestEvent, TestLine } from "./report.ts";
export { testDriver, type TestDriverOptions } from "./test_driver.ts";
export {
  createPipelineTest,
  type PipelineReport,
  type PipelineRunOptions,
  type PipelineServer,
  type PipelineTest,
  type PipelineTestOptions,
} from "./pipeline_test.ts";

// Types that these name
export type * from "../named_types.ts";
