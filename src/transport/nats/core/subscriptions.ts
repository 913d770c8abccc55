/** Subscriptions that outlive the connection they were made on. @module */

import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";

/** A subscription that outlives reconnects. */
export interface ReconnectingSubscription {
  /** Stops it at once. */
  unsubscribe(): void;
  /** Stops it, and resolves once nothing more can arrive. */
  drain(): Promise<void>;
}

interface Live {
  readonly subject: string;
  readonly onMessage: (message: Msg) => void;
  bound: Subscription | undefined;
}

/** Subscriptions that are made anew on every connection. */
export class ReconnectingSubscriptions {
  readonly #report: (thrown: unknown) => void;
  readonly #live = new Set<Live>();
  #core: NatsConnection | undefined;

  /** Makes an empty set that tells `report` of what goes wrong in a subscription. */
  constructor(report: (thrown: unknown) => void) {
    this.#report = report;
  }

  /** Moves all to another connection, or to none. */
  bind(core: NatsConnection | undefined): void {
    this.#core = core;
    for (const live of this.#live) this.#subscribe(live);
  }

  /** Adds one. */
  add(subject: string, onMessage: (message: Msg) => void): ReconnectingSubscription {
    const live: Live = { subject, onMessage, bound: undefined };
    this.#live.add(live);
    this.#subscribe(live);
    return {
      unsubscribe: () => {
        this.#live.delete(live);
        live.bound?.unsubscribe();
      },
      drain: async () => {
        this.#live.delete(live);
        const core = this.#core;
        if (!core || !live.bound || live.bound.isClosed()) return;
        // On a dead connection nothing arrives either, and the client library would wait for ever.
        await Promise.race([live.bound.drain(), core.closed()]);
      },
    };
  }

  #subscribe(live: Live): void {
    live.bound = this.#core?.subscribe(live.subject, {
      callback: (error, message) => error ? this.#report(error) : this.#receive(live, message),
    });
  }

  /** The client library stops reading for good when a callback throws. */
  #receive(live: Live, message: Msg): void {
    try {
      live.onMessage(message);
    } catch (thrown) {
      this.#report(thrown);
    }
  }
}
