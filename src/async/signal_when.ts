/** Signals of promises. @module */

/** A signal that fires when a promise resolves; never when there is none. */
export function signalWhen(promise: Promise<unknown> | undefined): AbortSignal {
  const controller = new AbortController();
  void promise?.then(() => controller.abort());
  return controller.signal;
}
