/** Creates a driver manager. @module */

import type { DriverManager } from "./driver_manager.ts";
import { ManagerLifecycle } from "./lifecycle/manager_lifecycle.ts";
import { type DriverManagerOptions, resolveOptions } from "./options.ts";

/**
 * Creates a manager for one driver or several. Checks all options and has no side effects before {@linkcode DriverManager.run}.
 *
 * @throws {ConfigError} when an option is invalid; it names the option.
 *
 * @example
 * ```ts
 * import { createDriver, createDriverManager } from "@conveyor/driver";
 *
 * const driver = createDriver({
 *   name: "greet",
 *   resources: ["workflow"],
 *   reconcile({ resource, logger }) {
 *     logger.info(`hello ${resource.name}`);
 *   },
 * });
 * await createDriverManager({ driver }).run();
 * ```
 */
export function createDriverManager(options: DriverManagerOptions): DriverManager {
  return new ManagerLifecycle(options, resolveOptions(options));
}
