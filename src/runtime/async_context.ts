/** The async context of a caller, which runtimes have no web API for yet. @module */

import { host } from "./detect.ts";

/** Calls a function in a captured async context. */
export type InContext = <T>(work: () => T) => T;

interface AsyncHooks {
  readonly AsyncLocalStorage?: { snapshot?(): InContext };
  readonly AsyncResource?: new (type: string) => { runInAsyncScope<T>(work: () => T): T };
}

/** Captures the async context of the caller; where the runtime has none, functions are just called. */
export async function captureContext(): Promise<InContext> {
  const hooks = await host().builtin<AsyncHooks>("async_hooks");
  const { AsyncLocalStorage: storage, AsyncResource: Resource } = hooks ?? {};
  const captured = storage?.snapshot?.();
  if (!captured || !Resource) return (work) => work();
  // A resource of its own for each call: on Node before 24, `enterWith` changes the one that it is called in.
  return (work) => captured(() => new Resource("Conveyor").runInAsyncScope(work));
}
