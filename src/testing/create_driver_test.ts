/** Starts tests of drivers. @module */

import type { Driver } from "../driver.ts";
import { loadContexts } from "./context.ts";
import type { DriverTest } from "./driver_test.ts";
import { checkOptions, type DriverTestOptions } from "./options.ts";
import { RunningTest } from "./running_test.ts";

/**
 * Starts a test of a driver: the real manager, with a broker in memory, and in virtual time, so that no test waits for a back-off
 * or a time-out.
 *
 * @throws {ConfigError} when an option is invalid.
 *
 * @example A lease that is lost
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 * import { createDriverTest } from "@conveyor/driver/testing";
 *
 * const driver = createDriver({
 *   name: "deploy",
 *   resources: ["workflow"],
 *   reconcile: ({ signal }) => new Promise((_, reject) => {
 *     signal.addEventListener("abort", () => reject(signal.reason));
 *   }),
 * });
 * await using test = await createDriverTest(driver);
 * await test.called();
 * await test.loseLease();
 * const { outcome } = await test.settled(); // "lease-lost"
 * ```
 */
export async function createDriverTest(
  driver: Driver,
  options: DriverTestOptions = {},
): Promise<DriverTest> {
  checkOptions(driver, options);
  await loadContexts();
  const test = new RunningTest(driver, options);
  await test.start();
  return test;
}
