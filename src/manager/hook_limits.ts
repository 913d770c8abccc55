/** Limits of the user's code that a manager waits for, besides `reconcile`. @module */

import { isAway, setAway, setBack } from "../async/away.ts";
import { type Limits, withDeadline } from "../async/deadline.ts";
import type { ResolvedOptions } from "./options.ts";

/** Returns the limits of a validator, a hook or the flush of a sink. `action` completes "cannot …". */
export function hookLimits(
  action: string,
  { hookTimeoutMs }: Pick<ResolvedOptions, "hookTimeoutMs">,
  signal?: AbortSignal,
): Limits {
  return { action, timeoutMs: hookTimeoutMs, signal, advice: "pass a longer hookTimeoutMs" };
}

/**
 * Calls a hook and waits for it. One that did not return in time is waited for no longer until a call of it has returned.
 *
 * @throws {TimeoutError} when it did not return in time; the hook's error.
 */
export async function callHook(
  hook: object,
  limits: Limits,
  call: () => Promise<unknown>,
): Promise<void> {
  let returned = false;
  const settle = () => {
    returned = true;
    setBack(hook);
  };
  const called = call();
  called.then(settle, settle);
  if (isAway(hook)) return;
  try {
    await withDeadline(limits, () => called);
  } catch (error) {
    if (!returned) setAway(hook);
    throw error;
  }
}
