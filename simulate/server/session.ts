/** One client, as the server sees it. */

import { subjectMatcher } from "../../src/transport/memory/broker/subject_filter.ts";
import type { Pipe } from "../network/link.ts";
import type { SimulatedServer } from "./server.ts";
import type { WireMessage } from "./wire.ts";

/** One client, as the server sees it. */
export class Session {
  /** Which process it is. */
  readonly client: string;
  /** Takes what arrives at the client. */
  deliver: (subscription: number, message: WireMessage) => void = () => {};
  /** Takes a refusal at the client. */
  refuse: (subject: string) => void = () => {};
  readonly #server: SimulatedServer;
  readonly #toClient: Pipe;
  readonly #subscriptions = new Map<number, (subject: string) => boolean>();
  #ended = false;

  constructor(server: SimulatedServer, client: string, toClient: Pipe) {
    this.#server = server;
    this.client = client;
    this.#toClient = toClient;
  }

  /** Whether the server knows that it is gone. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes a message from the client. */
  receive(message: WireMessage): void {
    if (!this.#ended) this.#server.receive(this, message);
  }

  /** The client wants to hear of a subject. */
  subscribe(id: number, subject: string): void {
    if (!this.#ended) this.#subscriptions.set(id, matcherOf(subject));
  }

  /** The client does not want to hear of it any more. */
  unsubscribe(id: number): void {
    this.#subscriptions.delete(id);
  }

  /** Whether the client listens to a subject. */
  listens(subject: string): boolean {
    if (this.#ended) return false;
    for (const matches of this.#subscriptions.values()) if (matches(subject)) return true;
    return false;
  }

  /** Sends a message to whatever of the client listens to a subject, which need not be the message's own. */
  send(inbox: string, message: WireMessage): void {
    for (const [id, matches] of this.#subscriptions) {
      if (matches(inbox)) this.#toClient.send(() => this.deliver(id, message));
    }
  }

  /** Tells the client that it may not publish on a subject. */
  sendRefusal(subject: string): void {
    if (!this.#ended) this.#toClient.send(() => this.refuse(subject));
  }

  /** The server closes it, or notices that it is closed. */
  end(): void {
    this.#ended = true;
    this.#subscriptions.clear();
    this.#server.forget(this);
  }
}

/** Nearly all subscriptions are to one token below an inbox. */
function matcherOf(pattern: string): (subject: string) => boolean {
  if (!/^[^*>]+\.\*$/.test(pattern)) return subjectMatcher([pattern]);
  const prefix = pattern.slice(0, -1);
  return (subject) => subject.startsWith(prefix) && !subject.includes(".", prefix.length);
}
