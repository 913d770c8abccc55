/** Who listens to which core subject of a memory broker. @module */

import { hasWildcard, matchesSubject } from "./subject_filter.ts";
import type { CoreMessage } from "../../transport.ts";

/** Somebody who listens to core subjects. */
export interface Listener {
  readonly pattern: string;
  hear(message: CoreMessage): void;
}

/** Who listens to which core subject. */
export class CoreSubjects {
  readonly #exact = new Map<string, Set<Listener>>();
  readonly #wild = new Set<Listener>();

  /** Listens from now on. */
  add(listener: Listener): void {
    if (hasWildcard(listener.pattern)) {
      this.#wild.add(listener);
      return;
    }
    const others = this.#exact.get(listener.pattern);
    if (others) others.add(listener);
    else this.#exact.set(listener.pattern, new Set([listener]));
  }

  /** Listens no more. */
  delete(listener: Listener): void {
    this.#wild.delete(listener);
    const others = this.#exact.get(listener.pattern);
    if (others?.delete(listener) && others.size === 0) this.#exact.delete(listener.pattern);
  }

  /** Tells everybody who listens. */
  tell(message: CoreMessage): void {
    for (const listener of this.#exact.get(message.subject) ?? []) listener.hear(message);
    for (const listener of this.#wild) {
      if (matchesSubject(listener.pattern, message.subject)) listener.hear(message);
    }
  }
}
