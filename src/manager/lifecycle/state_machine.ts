/** The states of a manager and the transitions between them. @module */

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

/** Holds a state and allows the transitions of the table only. */
export class StateMachine {
  #state: ManagerState = "idle";
  readonly #onChange: (state: ManagerState, previous: ManagerState, reason: string) => void;

  constructor(onChange: (state: ManagerState, previous: ManagerState, reason: string) => void) {
    this.#onChange = onChange;
  }

  /** The current state. */
  get current(): ManagerState {
    return this.#state;
  }

  /** Changes the state if the transition is allowed. Returns whether it did. */
  to(state: ManagerState, reason: string): boolean {
    const previous = this.#state;
    if (!TRANSITIONS[previous].includes(state)) return false;
    this.#state = state;
    this.#onChange(state, previous, reason);
    return true;
  }
}
