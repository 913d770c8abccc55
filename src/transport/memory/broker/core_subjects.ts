/** Core subscriptions of a memory broker. @module */

import { matchesSubject } from "../../../protocol/subject_pattern.ts";
import { hasWildcard } from "./subject_filter.ts";
import type { CoreMessage } from "../../transport.ts";

/** A core subscription. */
export interface CoreSubscription {
  readonly pattern: string;
  onMessage(message: CoreMessage): void;
}

/** The core subscriptions of a broker, by subject. */
export class CoreSubjects {
  readonly #exact = new Map<string, Set<CoreSubscription>>();
  readonly #wild = new Set<CoreSubscription>();

  /** Adds a subscription. */
  add(subscription: CoreSubscription): void {
    if (hasWildcard(subscription.pattern)) {
      this.#wild.add(subscription);
      return;
    }
    const others = this.#exact.get(subscription.pattern);
    if (others) others.add(subscription);
    else this.#exact.set(subscription.pattern, new Set([subscription]));
  }

  /** Removes a subscription. */
  delete(subscription: CoreSubscription): void {
    this.#wild.delete(subscription);
    const others = this.#exact.get(subscription.pattern);
    if (others?.delete(subscription) && others.size === 0) this.#exact.delete(subscription.pattern);
  }

  /** Delivers a message to the subscriptions that match its subject. */
  deliver(message: CoreMessage): void {
    for (const subscription of this.#exact.get(message.subject) ?? []) {
      subscription.onMessage(message);
    }
    for (const subscription of this.#wild) {
      if (matchesSubject(subscription.pattern, message.subject)) subscription.onMessage(message);
    }
  }
}
