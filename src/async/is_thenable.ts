/** Promises of any origin. @module */

/** Whether a value is a promise, by its shape: it may be of another realm or library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}
