/** How the engine after release 0.6 judges a result of a deletion. Source: upstream commit 22546457. @module */

import { isObject } from "../../encoding/json.ts";
import type { DriverResult } from "../result.ts";

/**
 * Whether a step of a deletion has succeeded: besides `success`, its `data` must be empty, or an object that does not say
 * otherwise. The name of that member matches in any case, as Go reads JSON.
 */
export function isDeletedBy({ success, data }: DriverResult): boolean {
  if (!success) return false;
  if (data === null || data === undefined) return true;
  if (!isObject(data)) return false;
  return Object.entries(data).every(([name, value]) =>
    name.toLowerCase() !== "success" || value === null || value === true
  );
}
