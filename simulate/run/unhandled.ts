/** Reports promises without a handler. */

/** Calls back for every rejection and exception without a handler, until the returned function is called. */
export function catchUnhandled(onThrown: (thrown: unknown) => void): () => void {
  const others = (["unhandledRejection", "uncaughtException"] as const).map((name) => {
    const before = process.rawListeners(name) as ((...args: unknown[]) => void)[];
    process.removeAllListeners(name);
    process.on(name, onThrown);
    return { name, before };
  });
  return () => {
    for (const { name, before } of others) {
      process.off(name, onThrown);
      for (const listener of before) process.on(name as "beforeExit", listener);
    }
  };
}
