/** Where the messages of a pull arrive, which is another place once requests are given up. @module */

import type { Msg } from "@nats-io/nats-core";
import type { ReconnectingConnection } from "../core/reconnecting_connection.ts";
import type { ReconnectingSubscription } from "../core/subscriptions.ts";
import { isAckSubject } from "./ack_subject.ts";
import type { PendingRequests } from "./pending_requests.ts";

/**
 * The inbox of a pull. A message does not name the request that it responds to: one for a request that was given up, and which the
 * server still has, would pass for the response to a later one, and its lease be counted from a time after its delivery. So the
 * requests that follow have an inbox of their own.
 */
export class PullInbox {
  readonly #connection: ReconnectingConnection;
  readonly #prefix: string;
  readonly #onMessage: (message: Msg, sentAt: number | undefined) => void;
  #turn = 0;
  #current: ReconnectingSubscription;
  /** That of the requests that were given up last, and when the oldest of them was sent. */
  #former: ReconnectingSubscription | undefined;
  #formerSentAt = 0;
  #closed = false;

  /** `onMessage` is called with a time when the request was given up: it was sent at that time, or later. */
  constructor(
    connection: ReconnectingConnection,
    prefix: string,
    onMessage: (message: Msg, sentAt: number | undefined) => void,
  ) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#onMessage = onMessage;
    this.#current = this.#subscribe();
  }

  /** The server responds to requests on subjects below it. */
  get subject(): string {
    return `${this.#prefix}_${this.#turn}`;
  }

  /** Whether it is what a subscription subscribes to. */
  isAt(subject: string): boolean {
    return subject === `${this.subject}.*`;
  }

  /** Gives up what is pending. What the server still delivers for it counts as requested when the oldest was sent. */
  giveUp(requests: PendingRequests): void {
    const { oldestSentAt } = requests;
    requests.clear();
    if (this.#closed) return;
    this.#former?.unsubscribe(); // What comes for earlier ones is left to its redelivery.
    this.#former = this.#current;
    this.#formerSentAt = oldestSentAt;
    this.#turn++;
    this.#current = this.#subscribe();
  }

  /** Ends at once. */
  unsubscribe(): void {
    this.#closed = true;
    this.#former?.unsubscribe();
    this.#current.unsubscribe();
  }

  /** Ends; resolves once no message can arrive any more. */
  async drain(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#former?.drain(), this.#current.drain()]);
  }

  #subscribe(): ReconnectingSubscription {
    const turn = this.#turn;
    return this.#connection.subscribe(`${this.subject}.*`, (message) => {
      if (turn === this.#turn) this.#onMessage(message, undefined);
      else if (isAckSubject(message.reply ?? "")) this.#onMessage(message, this.#formerSentAt);
    });
  }
}
