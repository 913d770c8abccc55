/** What is known not to respond. It is waited for once, and then no longer until it has responded. @module */

const known = new WeakSet<object>();

/** Whether something did not respond in time, and has not responded since. */
export function isAway(target: object): boolean {
  return known.has(target);
}

/** It did not respond in time. */
export function setAway(target: object): void {
  known.add(target);
}

/** It has responded. */
export function setBack(target: object): void {
  known.delete(target);
}
