/** Request-reply over one subscription and one timer. @module */

import type { Msg } from "@nats-io/nats-core";
import type { ConveyorError } from "../../../errors.ts";
import { PayloadTooLargeError, type PermissionError } from "../../errors.ts";
import type { EncodedHeaders } from "./encoded_headers.ts";
import { connectionClosed } from "../../shared/connection_closed.ts";
import type { ReconnectingConnection } from "./reconnecting_connection.ts";
import type { ReconnectingSubscription } from "./subscriptions.ts";

/** A request and its callbacks. */
export interface Request {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: EncodedHeaders | undefined;
  /** Time to wait for the response, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether it may be sent twice. Only then is it sent again when its response may have been lost. */
  readonly idempotent: boolean;
  /** The right to send it, asked when it is sent late or again. Once that is not held, its time is over. */
  readonly lease?: { readonly held: boolean } | undefined;
  /** Called with the response; returns `wait` when another response will follow. */
  onReply(message: Msg): "wait" | void;
  onTimeout(): void;
  /** Called when no response can arrive; returns `report` when the caller does not learn of the error. */
  onFailed(error: ConveyorError): "report" | void;
}

interface Pending {
  readonly request: Request;
  deadline: number;
  sentAt: number | undefined;
  /** Whether its time runs: the server has responded to a later ping, or the connection is another one. */
  received: boolean;
}

/** How often the deadlines are checked, in milliseconds. */
const TICK_MS = 100;
/** A check that comes later than this after the last one, in milliseconds, tells that the process was stalled. */
const STALLED_MS = 3 * TICK_MS;

/** Multiplexes requests over one subscription. */
export class RequestMux {
  /** Prefix of the JetStream API, which most requests go to. */
  readonly apiPrefix: string;
  readonly #connection: ReconnectingConnection;
  readonly #prefix: string;
  readonly #subscription: ReconnectingSubscription;
  readonly #pending = new Map<string, Pending>();
  #next = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #tickedAt = 0;
  #checking = false;

  /** Creates a multiplexer whose responses arrive at the subjects below `inbox`. */
  constructor(connection: ReconnectingConnection, inbox: string, apiPrefix: string) {
    this.apiPrefix = apiPrefix;
    this.#connection = connection;
    this.#prefix = `${inbox}.`;
    this.#subscription = connection.subscribe(
      `${this.#prefix}*`,
      (message) => this.#receive(message),
    );
    connection.addListener({
      onDown: () => this.#grantTime(),
      onUp: () => this.#resend(),
      onClosed: () => this.#close(),
      onDenied: (error) => this.#onDenied(error),
    });
  }

  /** Sends a request, at once or as soon as the connection is restored. */
  request(request: Request): void {
    if (this.#connection.isClosed) {
      return void request.onFailed(connectionClosed(`send to ${request.subject}`));
    }
    this.#subscription.restore();
    const token = (this.#next++).toString(36);
    const now = performance.now();
    const deadline = now + request.timeoutMs;
    const pending: Pending = { request, deadline, sentAt: undefined, received: false };
    this.#pending.set(token, pending);
    if (this.#timer === undefined) {
      this.#tickedAt = now;
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
    }
    this.#send(token, pending, now);
  }

  /** A request that the server denies gets no response, and none does where the subscription is denied. */
  #onDenied(error: PermissionError): boolean {
    const all = error.operation === "subscribe";
    if (all && error.subject !== `${this.#prefix}*`) return false;
    let passedOn = false;
    for (const [token, { request }] of this.#pending) {
      if (!all && request.subject !== error.subject) continue;
      this.#pending.delete(token);
      if (request.onFailed(error) !== "report") passedOn = true;
    }
    return passedOn;
  }

  #send(token: string, pending: Pending, now: number = performance.now()): void {
    const { subject, data, headers } = pending.request;
    const size = data.length + (headers?.size ?? 0);
    const { max_payload: limit } = this.#connection.info;
    if (size > limit) { // Of this server: it may have another limit than the one before.
      this.#pending.delete(token);
      return void pending.request.onFailed(new PayloadTooLargeError(subject, size, limit));
    }
    const reply = this.#prefix + token;
    if (this.#connection.send(subject, data, headers ? { reply, headers } : { reply })) {
      pending.sentAt = now;
    }
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#prefix.length);
    const pending = this.#pending.get(token);
    if (pending && pending.request.onReply(message) !== "wait") this.#pending.delete(token);
    if (this.#pending.size === 0) this.#connection.liveness.confirmed();
  }

  /** What was on its way on a connection that turned out dead gets its time again, once: it is sent on the next one. */
  #grantTime(): void {
    const now = performance.now();
    for (const pending of this.#pending.values()) {
      if (pending.sentAt === undefined || pending.received || !pending.request.idempotent) continue;
      pending.deadline = Math.max(pending.deadline, now + pending.request.timeoutMs);
      pending.received = true;
    }
  }

  #resend(): void {
    for (const [token, pending] of this.#pending) {
      if (pending.sentAt === undefined || pending.request.idempotent) {
        this.#sendLater(token, pending);
      }
    }
  }

  #sendLater(token: string, pending: Pending): void {
    const { lease } = pending.request;
    if (!lease || lease.held) return this.#send(token, pending);
    this.#pending.delete(token);
    pending.request.onTimeout();
  }

  #tick(): void {
    const now = performance.now();
    const stalled = now - this.#tickedAt > STALLED_MS;
    this.#tickedAt = now;
    if (stalled) return; // Timers fire first after that: responses may have arrived that are not read yet.
    const { up, liveness: { responseLimitMs } } = this.#connection;
    let late = false;
    for (const [token, pending] of this.#pending) {
      const { request, deadline, sentAt, received } = pending;
      // A request that may still be on its way has no response to wait for.
      if (deadline <= now && (received || sentAt === undefined || !up)) {
        this.#pending.delete(token);
        request.onTimeout();
      } else if (sentAt !== undefined && (sentAt + responseLimitMs <= now || deadline <= now)) {
        late = true;
      }
    }
    if (late && !this.#checking) void this.#check();
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * Finds out whether late requests have arrived. A dead connection is replaced, and idempotent requests are sent again. On a
   * slow one nothing is: that would only add to the queue that holds the first.
   */
  async #check(): Promise<void> {
    this.#checking = true;
    const checkedAt = performance.now();
    const alive = await this.#connection.check();
    this.#checking = false;
    if (!alive) return;
    const now = performance.now();
    for (const [token, pending] of this.#pending) {
      if (pending.sentAt === undefined || pending.sentAt > checkedAt) continue;
      if (!pending.received) {
        pending.received = true;
        const graceMs = Math.min(
          pending.request.timeoutMs,
          this.#connection.liveness.responseLimitMs,
        );
        pending.deadline = Math.max(pending.deadline, now + graceMs);
        pending.sentAt = now;
      } else if (pending.request.idempotent) this.#sendLater(token, pending);
      else pending.sentAt = now;
    }
  }

  #close(): void {
    this.#subscription.unsubscribe();
    clearInterval(this.#timer);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { request } of pending) {
      request.onFailed(connectionClosed(`get a response from ${request.subject}`));
    }
  }
}

/** Whether the server says that no subscription takes the request: a 503 status without data (no responders). */
export function isNoResponders(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503;
}
