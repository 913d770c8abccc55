/** Creates a driver manager. @module */

import type { DriverManager } from "./driver_manager.ts";
import { ManagerLifecycle } from "./lifecycle/manager_lifecycle.ts";
import { type DriverManagerOptions, resolveOptions } from "./options.ts";

/**
 * Creates a manager for one driver or several. Checks all options at once and has no side effects before {@linkcode DriverManager.run}.
 *
 * @throws {ConfigError} that names the option which cannot be used.
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
