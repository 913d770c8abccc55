/** Which process has which messages. */

import type { Plan } from "../plan/plan.ts";

/** A process may have more messages than it runs for so long, in milliseconds: 50 for what it reads ahead, and their way. */
const READ_AHEAD_MS = 500;

/** A request of before is answered for so long, in milliseconds. */
const OLD_REQUEST_MS = 5000;
/** So many messages of a process may wait for locks. */
const MOST_WAITING_FOR_LOCKS = 100;

interface Held {
  readonly client: string;
  readonly resource: string;
  readonly since: number;
  /** Whether it is run: others of its resource wait for it. */
  runs: boolean;
}

/** Which process a message was delivered to last, while it is not settled. */
export class Holders {
  readonly #plan: Plan;
  readonly #now: () => number;
  readonly #holders = new Map<string, Held>();

  constructor(plan: Plan, now: () => number) {
    this.#plan = plan;
    this.#now = now;
  }

  /** A message was delivered. */
  taken(
    durable: string,
    sequence: number,
    client: string,
    resource: string = String(sequence),
  ): void {
    this.#holders.set(`${durable}:${sequence}`, {
      client,
      resource,
      since: this.#now(),
      runs: false,
    });
  }

  /**
   * Says what is wrong when the process has had far more than it runs for long. What it had before it was last cut off or stood
   * still, at `brokenAt`, and what it was given for a request of before, it could not give back, or has no lease on, and the server
   * waits for that. The events of one resource count as one, and as none while one of them is run or settles: they wait for each
   * other, and a process takes some of them while it has idle slots, to see past them. What waits for a lock takes no slot, up to a
   * hundred of them.
   */
  hoarded(durable: string, client: string, brokenAt: number): string | undefined {
    const all = [...this.#holders].filter(([key, holder]) =>
      holder.client === client && key.startsWith(`${durable}:`)
    ).map(([, holder]) => holder);
    const busy = new Set(all.filter(({ runs }) => runs).map(({ resource }) => resource));
    const long = all.filter(({ since }) =>
      since > brokenAt + OLD_REQUEST_MS && this.#now() - since > READ_AHEAD_MS
    );
    const held = new Set(
      long.map(({ resource }) => resource).filter((resource) => !busy.has(resource)),
    );
    const { concurrency = 1, sink, drivers = [] } =
      this.#plan.managers.find(({ name }) => name === client) ?? {};
    // An event whose spec is refused settles unseen, and waits for its log.
    const { validator = "passes" } = drivers.find(({ name }) => name === durable) ?? {};
    if (sink === "hangs" && validator !== "passes") return undefined;
    const { exclusive } = this.#plan.managers[0]!;
    if (held.size <= concurrency + (exclusive ? MOST_WAITING_FOR_LOCKS : 2)) return undefined;
    return `${client} has had messages of ${held.size} resources for ${durable} for long, and runs ${concurrency} at once`;
  }

  /** A message is run, or its outcome is known to its process, or to a given one, and settles. */
  runs(durable: string, sequence: number, client?: string): void {
    const held = this.#holders.get(`${durable}:${sequence}`);
    if (held && (client === undefined || held.client === client)) held.runs = true;
  }

  /** A message was settled or was handed back. */
  let(durable: string, sequence: number): void {
    this.#holders.delete(`${durable}:${sequence}`);
  }

  /** A process is gone, and has nothing any more. */
  gone(client: string): void {
    for (const [key, holder] of this.#holders) {
      if (holder.client === client) this.#holders.delete(key);
    }
  }
}
