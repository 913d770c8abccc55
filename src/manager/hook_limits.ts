/** Limits of the user's code that a manager waits for, besides `reconcile`. @module */

import type { Limits } from "../async/deadline.ts";
import type { ResolvedOptions } from "./options.ts";

/** Returns the limits of a validator, a hook or the flush of a sink. `action` completes "cannot …". */
export function hookLimits(
  action: string,
  { hookTimeoutMs }: Pick<ResolvedOptions, "hookTimeoutMs">,
  signal?: AbortSignal,
): Limits {
  return { action, timeoutMs: hookTimeoutMs, signal, advice: "pass a longer hookTimeoutMs" };
}
