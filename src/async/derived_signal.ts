/** Signals that follow another one without a listener each. @module */

/** The signals that follow one parent. */
interface Followers {
  readonly controllers: Set<AbortController>;
  readonly stop: () => void;
}

/** One listener on each parent, however many signals follow it: runtimes warn of more than ten. */
const followersOf = new WeakMap<AbortSignal, Followers>();

/** A signal that aborts when its parent does, until it is released. */
export interface DerivedSignal {
  readonly signal: AbortSignal;
  release(): void;
}

/** Derives a signal from a parent that lives longer and is followed by many. */
export function derivedSignal(parent: AbortSignal): DerivedSignal {
  const controller = new AbortController();
  if (parent.aborted) {
    controller.abort(parent.reason);
    return { signal: controller.signal, release: () => {} };
  }
  const followers = followersOf.get(parent) ?? follow(parent);
  followers.controllers.add(controller);
  return {
    signal: controller.signal,
    release: () => {
      const released = followers.controllers.delete(controller);
      if (released && followers.controllers.size === 0) followers.stop();
    },
  };
}

function follow(parent: AbortSignal): Followers {
  const controllers = new Set<AbortController>();
  const onAbort = () => {
    for (const controller of controllers) controller.abort(parent.reason);
  };
  parent.addEventListener("abort", onAbort, { once: true });
  const stop = () => {
    parent.removeEventListener("abort", onAbort);
    followersOf.delete(parent);
  };
  const followers = { controllers, stop };
  followersOf.set(parent, followers);
  return followers;
}
