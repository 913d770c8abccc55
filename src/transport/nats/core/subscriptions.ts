/** Subscriptions that are restored on every reconnect. @module */

import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";

/** A subscription that is restored on every reconnect. */
export interface ReconnectingSubscription {
  /** Ends the subscription at once. */
  unsubscribe(): void;
  /** Ends the subscription; resolves once no message can arrive any more. */
  drain(): Promise<void>;
}

interface Entry {
  readonly subject: string;
  readonly onMessage: (message: Msg) => void;
  bound: Subscription | undefined;
}

/** Subscriptions that are restored on every reconnect. */
export class ReconnectingSubscriptions {
  readonly #report: (thrown: unknown) => void;
  readonly #entries = new Set<Entry>();
  #core: NatsConnection | undefined;

  /** Creates an empty set. Errors of subscriptions and their handlers go to `report`. */
  constructor(report: (thrown: unknown) => void) {
    this.#report = report;
  }

  /** Restores all on another connection, or detaches them from the lost one. */
  bind(core: NatsConnection | undefined): void {
    this.#core = core;
    for (const entry of this.#entries) this.#subscribe(entry);
  }

  /** Adds a subscription. */
  add(subject: string, onMessage: (message: Msg) => void): ReconnectingSubscription {
    const entry: Entry = { subject, onMessage, bound: undefined };
    this.#entries.add(entry);
    this.#subscribe(entry);
    return {
      unsubscribe: () => {
        this.#entries.delete(entry);
        entry.bound?.unsubscribe();
      },
      drain: async () => {
        this.#entries.delete(entry);
        const core = this.#core;
        if (!core || !entry.bound || entry.bound.isClosed()) return;
        // On a dead connection the drain of the client library never settles.
        await Promise.race([entry.bound.drain(), core.closed()]);
      },
    };
  }

  #subscribe(entry: Entry): void {
    entry.bound = this.#core?.subscribe(entry.subject, {
      callback: (error, message) => error ? this.#report(error) : this.#receive(entry, message),
    });
  }

  /** A callback that throws would end the read loop of the client library. */
  #receive(entry: Entry, message: Msg): void {
    try {
      entry.onMessage(message);
    } catch (thrown) {
      this.#report(thrown);
    }
  }
}
