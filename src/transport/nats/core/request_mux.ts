/** Requests that wait for their reply, all over one subscription and one timer. @module */

import type { Msg } from "@nats-io/nats-core";
import type { ConnectionError } from "../../../errors.ts";
import type { EncodedHeaders } from "./encoded_headers.ts";
import { connectionClosed, type ReconnectingConnection } from "./reconnecting_connection.ts";
import type { ReconnectingSubscription } from "./subscriptions.ts";

/** A request on its way. */
export interface Request {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: EncodedHeaders | undefined;
  /** Time to wait for the reply, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether sending it twice does no harm. Only then is it sent again when its reply may have been lost. */
  readonly repeatable: boolean;
  /** Takes the reply; `wait` means that this was not the last word. */
  onReply(message: Msg): "wait" | void;
  onTimeout(): void;
  onFailed(error: ConnectionError): void;
}

interface Waiting {
  readonly request: Request;
  readonly deadline: number;
  sentAt: number | undefined;
}

/** How often the deadlines are looked at, in milliseconds. */
const TICK_MS = 100;
/** A reply that has not come by then is late, in milliseconds. */
const LATE_MS = 2000;

/** Requests that wait for their reply. */
export class RequestMux {
  readonly #line: ReconnectingConnection;
  readonly #prefix: string;
  readonly #subscription: ReconnectingSubscription;
  readonly #waiting = new Map<string, Waiting>();
  #next = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Makes a desk for replies at the subjects below `inbox`. */
  constructor(line: ReconnectingConnection, inbox: string) {
    this.#line = line;
    this.#prefix = `${inbox}.`;
    this.#subscription = line.subscribe(`${this.#prefix}*`, (message) => this.#receive(message));
    line.join({ onUp: () => this.#sendAgain(), onClosed: () => this.#close() });
  }

  /** Sends a request: at once, or as soon as the line is up. */
  request(request: Request): void {
    if (this.#line.isClosed) {
      return request.onFailed(connectionClosed(`send to ${request.subject}`));
    }
    const token = (this.#next++).toString(36);
    const waiting: Waiting = {
      request,
      deadline: performance.now() + request.timeoutMs,
      sentAt: undefined,
    };
    this.#waiting.set(token, waiting);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#send(token, waiting);
  }

  /** Fails all requests on a subject, because the server refuses them. */
  fail(subject: string, error: ConnectionError): void {
    for (const [token, { request }] of this.#waiting) {
      if (request.subject !== subject) continue;
      this.#waiting.delete(token);
      request.onFailed(error);
    }
  }

  #send(token: string, waiting: Waiting): void {
    const { subject, data, headers } = waiting.request;
    const reply = this.#prefix + token;
    if (this.#line.send(subject, data, headers ? { reply, headers } : { reply })) {
      waiting.sentAt = performance.now();
    }
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#prefix.length);
    const waiting = this.#waiting.get(token);
    if (waiting && waiting.request.onReply(message) !== "wait") this.#waiting.delete(token);
  }

  #sendAgain(): void {
    for (const [token, waiting] of this.#waiting) {
      if (waiting.sentAt === undefined || waiting.request.repeatable) this.#send(token, waiting);
    }
  }

  #tick(): void {
    const now = performance.now();
    let late = false;
    for (const [token, waiting] of this.#waiting) {
      const { request, deadline, sentAt } = waiting;
      if (deadline <= now) {
        this.#waiting.delete(token);
        request.onTimeout();
      } else if (sentAt !== undefined && sentAt + LATE_MS <= now) {
        late = true;
        if (request.repeatable) this.#send(token, waiting);
        else waiting.sentAt = now;
      }
    }
    // Perhaps nobody is there any more: a dead connection is replaced, and what is repeatable sent again.
    if (late) void this.#line.check();
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #close(): void {
    this.#subscription.unsubscribe();
    clearInterval(this.#timer);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { request } of waiting) {
      request.onFailed(connectionClosed(`get an answer from ${request.subject}`));
    }
  }
}

/** Whether the server says that no subscription takes the request: a 503 status without data (no responders). */
export function isNoResponders(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503;
}
