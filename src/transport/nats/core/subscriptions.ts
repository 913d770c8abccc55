/** Subscriptions that are restored on every reconnect. @module */

import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import { backoffMs } from "../../../async/backoff.ts";
import { permissionError } from "./permission.ts";

/** A subscription that is restored on every reconnect. */
export interface ReconnectingSubscription {
  /** Ends the subscription at once. */
  unsubscribe(): void;
  /** Ends the subscription; resolves once no message can arrive any more. */
  drain(): Promise<void>;
  /** Subscribes again, if the server has denied the subscription: the permission may have been given. */
  restore(): void;
}

interface Entry {
  readonly subject: string;
  readonly onMessage: (message: Msg) => void;
  bound: Subscription | undefined;
}

/** Delays before subscriptions that the server has denied are tried again. */
const DENIED_BACKOFF = { initialMs: 2000, maxMs: 60_000 };

/** Subscriptions that are restored on every reconnect. */
export class ReconnectingSubscriptions {
  readonly #report: (thrown: unknown) => void;
  readonly #entries = new Set<Entry>();
  #core: NatsConnection | undefined;
  #denials = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  /** Creates an empty set. Errors of subscriptions and their handlers go to `report`. */
  constructor(report: (thrown: unknown) => void) {
    this.#report = report;
  }

  /** Restores all on another connection, or detaches them from the lost one. */
  bind(core: NatsConnection | undefined): void {
    this.#core = core;
    this.#denials = 0;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
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
      restore: () => this.#restore(entry),
    };
  }

  #subscribe(entry: Entry): void {
    entry.bound = this.#core?.subscribe(entry.subject, {
      callback: (error, message) => error ? this.#onError(error) : this.#receive(entry, message),
    });
  }

  #restore(entry: Entry): void {
    if (entry.bound?.isClosed() && !this.#core?.isClosed()) this.#subscribe(entry);
  }

  /** The connection reports a denied subscription. The others are errors of this one. */
  #onError(error: Error): void {
    if (!permissionError(error)) return this.#report(error);
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      for (const entry of this.#entries) this.#restore(entry);
    }, backoffMs(++this.#denials, DENIED_BACKOFF));
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
