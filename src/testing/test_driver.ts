/** Tests one delivery of an event to a driver. @module */

import type { Driver } from "../driver.ts";
import { ConfigError } from "../errors.ts";
import { createDriverTest } from "./create_driver_test.ts";
import type { DriverTest } from "./driver_test.ts";
import type { DriverTestOptions, TestAbort } from "./options.ts";
import type { DriverReport } from "./report.ts";

/** Options of {@linkcode testDriver}. */
export interface TestDriverOptions extends DriverTestOptions {
  /** What happens while the driver runs. @default nothing */
  abort?: TestAbort;
}

/**
 * Delivers one event to a driver, and reports what it did: its result, the lines of its log, the events that it emitted, how the
 * event was settled, and when it is tried again. Everything but the broker is real, and no server is needed.
 *
 * @throws {ConfigError} when an option is invalid.
 *
 * @example
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 * import { testDriver } from "@conveyor/driver/testing";
 *
 * const greet = createDriver<{ greeting: string }>({
 *   name: "greet",
 *   resources: ["workflow"],
 *   reconcile({ resource, logger }) {
 *     logger.info(`${resource.spec.greeting} ${resource.name}`);
 *   },
 * });
 *
 * const { result, messages, settled } = await testDriver(greet, {
 *   name: "world",
 *   spec: { greeting: "hello" },
 * });
 * console.log(result?.success, messages, settled); // true [ "hello world" ] ack
 * ```
 */
export async function testDriver<Spec>(
  driver: Driver<Spec>,
  options: TestDriverOptions = {},
): Promise<DriverReport> {
  const { abort, ...rest } = options;
  const act = abort === undefined ? undefined : ABORTS[abort];
  if (abort !== undefined && act === undefined) {
    throw new ConfigError("abort", `abort must be one of ${Object.keys(ABORTS).join(", ")}`);
  }
  await using test = await createDriverTest(driver as Driver, rest);
  if (act) {
    await test.called();
    await act(test, rest);
  }
  return await test.settled();
}

type Act = (test: DriverTest, options: DriverTestOptions) => Promise<void>;

/** How long the broker is away, in milliseconds: less than the ack wait. */
const AWAY_MS = 5000;

const ABORTS: Readonly<Record<TestAbort, Act>> = {
  "timeout": (test) => test.timeOut(),
  "lease-lost": (test) => test.loseLease(),
  "shutdown": async (test, { manager = {} }) => {
    await test.shutDown();
    await test.advance(manager.shutdownGraceMs ?? 30_000);
  },
  "broker-lost": async (test) => {
    test.disconnect();
    await test.advance(AWAY_MS);
    test.reconnect();
  },
};
