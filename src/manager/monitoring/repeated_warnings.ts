/** Warnings of one cause are said once, and then ever more rarely. @module */

import type { ManagerEvent } from "../events.ts";

/** The shortest time between two warnings that are the same, in milliseconds. It doubles with each. */
const SHORTEST_MS = 5000;
/** The longest time between two warnings that are the same, in milliseconds. */
const LONGEST_MS = 3_600_000;
/** The most warnings to remember. */
const MOST = 500;

interface Said {
  at: number;
  waitMs: number;
}

/** Recognises warnings that were said a short time ago. */
export class RepeatedWarnings {
  readonly #said = new Map<string, Said>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether an event is a warning that it is too early to say again. One that has not come for long is said at once. */
  isTooSoon(event: ManagerEvent): boolean {
    if (event.type !== "warning") return false;
    const key = `${event.code} ${event.driver} ${event.message}`;
    const now = this.#now();
    const said = this.#said.get(key);
    if (said && now - said.at < said.waitMs) return true;
    // What has stayed away for twice its time has passed, and comes anew.
    const again = said && now - said.at < said.waitMs * 2;
    const waitMs = again ? Math.min(LONGEST_MS, said.waitMs * 2) : SHORTEST_MS;
    this.#said.delete(key);
    this.#said.set(key, { at: now, waitMs });
    if (this.#said.size > MOST) this.#said.delete(this.#said.keys().next().value!);
    return false;
  }
}
