/** Work that stands for a promise, which is known before the work starts. @module */

/** Sets a promise before the work that it stands for starts. */
export function startOnce(
  set: (promise: Promise<void>) => void,
  work: () => Promise<void>,
): void {
  let start = (_: Promise<void>) => {};
  set(new Promise((resolve) => start = resolve));
  start(work());
}
