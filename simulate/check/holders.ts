/** Which process has which messages. */

import type { Plan } from "../plan/plan.ts";

/** Which process a message was delivered to last, while it is not settled. */
export class Holders {
  readonly #plan: Plan;
  readonly #holders = new Map<string, string>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** A message was delivered. Says what is wrong when the process has far more than it runs. */
  taken(durable: string, sequence: number, client: string): string | undefined {
    this.#holders.set(`${durable}:${sequence}`, client);
    let held = 0;
    for (const [key, holder] of this.#holders) {
      if (holder === client && key.startsWith(`${durable}:`)) held++;
    }
    const { concurrency = 1 } = this.#plan.managers.find(({ name }) => name === client) ?? {};
    if (held <= 3 * concurrency + 5) return undefined;
    return `${client} has ${held} messages of ${durable}, and runs ${concurrency} at once`;
  }

  /** A message was settled or handed back. */
  let(durable: string, sequence: number): void {
    this.#holders.delete(`${durable}:${sequence}`);
  }

  /** A process is gone, and has nothing any more. */
  gone(client: string): void {
    for (const [key, holder] of this.#holders) if (holder === client) this.#holders.delete(key);
  }
}
