/** The states of a manager and the ways between them. @module */

import type { ManagerState } from "../events.ts";

const TRANSITIONS: Readonly<Record<ManagerState, readonly ManagerState[]>> = {
  idle: ["connecting", "stopped"],
  connecting: ["binding", "stopping", "failed"],
  binding: ["running", "rebinding", "stopping", "failed"],
  running: ["rebinding", "stopping", "failed"],
  rebinding: ["running", "stopping", "failed"],
  stopping: ["stopped", "failed"],
  stopped: [],
  failed: [],
};

/** Holds a state and lets it change along the table only. */
export class StateMachine {
  #state: ManagerState = "idle";
  readonly #onChange: (state: ManagerState, previous: ManagerState, reason: string) => void;

  constructor(onChange: (state: ManagerState, previous: ManagerState, reason: string) => void) {
    this.#onChange = onChange;
  }

  /** The state it is in. */
  get current(): ManagerState {
    return this.#state;
  }

  /** Whether it is past the point of doing any work. */
  get ended(): boolean {
    return TRANSITIONS[this.#state].length === 0;
  }

  /** Goes to another state, if there is a way. Gives whether it did. */
  to(state: ManagerState, reason: string): boolean {
    const previous = this.#state;
    if (!TRANSITIONS[previous].includes(state)) return false;
    this.#state = state;
    this.#onChange(state, previous, reason);
    return true;
  }
}
