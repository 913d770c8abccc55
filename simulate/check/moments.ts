/** Faults that wait for the moment at which they do most harm. */

import type { Moment } from "../plan/plan.ts";

/** Faults that wait for a moment. */
export class Moments {
  #waiting: { readonly moment: Moment; readonly happen: (client: string) => void }[] = [];

  /** Calls back once, the next time that it happens. */
  await(moment: Moment, happen: (client: string) => void): void {
    this.#waiting.push({ moment, happen });
  }

  /** It happens, in a process or with what it has sent. */
  happened(moment: Moment, client: string): void {
    const due = this.#waiting.filter((one) => one.moment === moment);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => one.moment !== moment);
    for (const { happen } of due) happen(client);
  }
}
