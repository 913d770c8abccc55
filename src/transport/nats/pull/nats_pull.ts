/**
 * Pulls from a NATS consumer by its own requests: an instance must not keep messages that another one could process, and the
 * loops of the client library without a stock reach 0.45 to 0.89 of a hand-written loop (`npm run bench`).
 *
 * @module
 */

import type { Msg } from "@nats-io/nats-core";
import { messageOf } from "../../../errors.ts";
import type { PullLostReason } from "../../errors.ts";
import { pullLost } from "../../shared/pull_lost.ts";
import type { Pull, PullHandlers } from "../../transport.ts";
import { isAckSubject, readAckSubject } from "./ack_subject.ts";
import { NatsDelivery } from "./nats_delivery.ts";
import { Demand } from "./demand.ts";
import { HeartbeatMonitor } from "./heartbeat_monitor.ts";
import { PendingRequests } from "./pending_requests.ts";
import { PullInbox } from "./pull_inbox.ts";
import { readPullStatus, readRequestSubject } from "./pull_status.ts";
import type { PullContext } from "./pull_context.ts";
import { sendRequest } from "./send_request.ts";
import {
  AHEAD_EXPIRES_MS,
  BUSY_EXPIRES_MS,
  IDLE_EXPIRES_MS,
  requestExpiryMs,
} from "./request_expiry.ts";

/** A pull with a message this recent may receive the next one at any moment, in milliseconds. */
const BUSY_MS = 1000;
/** A heartbeat is missed when the expiry of a request is overdue by this time, in milliseconds. */
const HEARTBEAT_GRACE_MS = 2000;
/** Heartbeats missed in a row, by a server that responds to pings, after which the pull is lost. */
const MAX_MISSED = 2;
/** Delay before a retry, in milliseconds. */
const RETRY_MS = 250;

/** A running pull from a NATS consumer. */
export class NatsPull implements Pull {
  readonly #context: PullContext;
  readonly #stream: string;
  readonly #durable: string;
  readonly #handlers: PullHandlers;
  readonly #inbox: PullInbox;
  readonly #removeListener: () => void;
  readonly #requests = new PendingRequests();
  readonly #heartbeats = new HeartbeatMonitor(
    () => this.#requests.messages === 0 ? undefined : this.#requests.expiresAt + HEARTBEAT_GRACE_MS,
    () => void this.#onMissedHeartbeat(),
  );
  activeAt: number = performance.now();
  readonly #demand = new Demand();
  #longestMs = IDLE_EXPIRES_MS;
  #next = 0;
  #state: "running" | "stopping" | "over" = "running";
  #isScheduled = false;
  #lastMessageAt = 0;
  #missed = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #stopped: Promise<void> | undefined;

  /** Creates a pull without demand. */
  constructor(context: PullContext, stream: string, durable: string, handlers: PullHandlers) {
    this.#context = context;
    this.#stream = stream;
    this.#durable = durable;
    this.#handlers = handlers;
    this.#inbox = new PullInbox(context.connection, context.inbox, this.#receive.bind(this));
    this.#removeListener = context.connection.addListener({
      onDown: () => this.#reset(),
      onUp: () => this.#scheduleRequest(),
      onClosed: () => this.#fail("closed"),
      onDenied: (error) =>
        (error.subject === this.#requestSubject || this.#inbox.isAt(error.subject)) &&
        this.#fail("refused", error.message, error),
    });
  }

  demand(count: number, longestMs: number = IDLE_EXPIRES_MS, ahead: number = 0): void {
    this.#demand.set(count, ahead);
    this.#longestMs = longestMs;
    // Without a pending request, this one is sent ahead of everything else in this tick, such as a result: the next
    // message is then on its way while the result is being stored.
    if (this.#requests.messages === 0 && !this.#isScheduled) this.#sendRequest();
    else this.#scheduleRequest();
  }

  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  async #stop(): Promise<void> {
    if (this.#state === "over") return;
    this.#state = "stopping";
    this.#demand.set(0, 0);
    await this.#untilSettled();
    await this.#inbox.drain();
    this.#end();
  }

  /**
   * A message for a subscription that has ended is redelivered only after its ack wait. So a busy pull waits until its
   * requests have expired, which is soon; an idle one is unlikely to receive a message and does not wait.
   */
  async #untilSettled(): Promise<void> {
    const now = performance.now();
    const expiresInMs = this.#requests.expiresAt - now;
    if (this.#requests.messages === 0 || expiresInMs > BUSY_EXPIRES_MS) return;
    if (now - this.#lastMessageAt > BUSY_MS) return;
    await this.#requests.settled(expiresInMs + RETRY_MS);
  }

  #scheduleRequest(): void {
    if (this.#isScheduled || this.#state !== "running") return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#sendRequest();
    });
  }

  #sendRequest(): void {
    if (this.#state !== "running" || this.#retryTimer !== undefined) return;
    const isBusy = performance.now() - this.#lastMessageAt < BUSY_MS;
    // After a missed heartbeat the next one is detected faster.
    const expiresMs = requestExpiryMs(isBusy || this.#missed > 0, this.#longestMs);
    const { count, atHand } = this.#demand;
    this.#request(count, expiresMs);
    if (atHand > count) this.#request(atHand, AHEAD_EXPIRES_MS, true);
  }

  /** Requests what is missing to `wanted` messages, if that is worth a request. */
  #request(wanted: number, expiresMs: number, noWait = false): void {
    if (!this.#requests.isWorthwhile(wanted)) return;
    const batch = wanted - this.#requests.messages;
    const request = { subject: this.#requestSubject, id: this.#next++, batch, expiresMs, noWait };
    if (sendRequest(this.#context, this.#inbox, this.#requests, request)) this.#heartbeats.start();
  }

  #receive(message: Msg, sentAt?: number): void {
    if (this.#state === "over") return;
    this.activeAt = performance.now();
    this.#missed = 0;
    const { reply } = message;
    if (!reply || !isAckSubject(reply)) return this.#handleStatus(message);
    const info = readAckSubject(reply);
    if (!info) {
      return this.#handlers.onNotice?.(`cannot parse the ack subject ${reply}; it is ignored`);
    }
    this.#lastMessageAt = this.activeAt;
    const requestedAt = sentAt ?? this.#requests.oldestSentAt;
    if (sentAt === undefined) this.#requests.onMessage();
    this.#demand.received(info.pending);
    const { connection, mux } = this.#context;
    this.#handlers.onMessage(new NatsDelivery(message, reply, info, connection, mux), requestedAt);
    if (this.#demand.count > this.#requests.messages) this.#scheduleRequest();
  }

  #handleStatus(message: Msg): void {
    const status = readPullStatus(message.headers);
    const { id, batch } = readRequestSubject(message.subject);
    switch (status.kind) {
      case "heartbeat":
        return;
      case "expired":
        this.#demand.drained();
        this.#requests.onEnd(id, status.left ?? batch);
        return this.#scheduleRequest();
      case "retry":
        this.#requests.onEnd(id, status.left ?? batch);
        return this.#retryLater(status.notice);
      case "moved":
        this.#requests.clear();
        return this.#retryLater(status.notice);
      case "gone":
        this.#requests.clear();
        return void this.#checkConsumer();
      case "refused":
        return void this.#fail("refused", status.detail);
    }
  }

  #retryLater(notice: string): void {
    this.#handlers.onNotice?.(`consumer ${this.#durable}: ${notice}`);
    if (this.#state !== "running") return;
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      this.#sendRequest();
    }, RETRY_MS * (1 + Math.random()));
  }

  /** No responders: the consumer does not exist, or has no leader at the moment. */
  async #checkConsumer(): Promise<void> {
    let reason: PullLostReason | undefined;
    try {
      reason = await this.#context.lossReason();
    } catch (error) {
      if (this.#state === "over") return;
      return this.#retryLater(`no responders (${messageOf(error)}); retrying`);
    }
    if (this.#state === "over") return;
    if (reason) this.#fail(reason);
    else this.#retryLater("no responders; retrying");
  }

  /** A dead connection is dropped and restored, and the pull with it. */
  async #onMissedHeartbeat(): Promise<void> {
    const alive = await this.#context.connection.check();
    if (this.#state === "over" || !alive || this.#requests.messages === 0) return;
    if (this.#requests.expiresAt + HEARTBEAT_GRACE_MS > performance.now()) {
      return this.#heartbeats.start();
    }
    this.#inbox.giveUp(this.#requests);
    if (++this.#missed < MAX_MISSED) this.#retryLater("heartbeat missed; retrying");
    else this.#fail("heartbeats-missed");
  }

  #reset(): void {
    this.#inbox.giveUp(this.#requests); // The server may not know yet that the connection is gone.
    this.#heartbeats.stop();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }

  get #requestSubject(): string {
    return `${this.#context.mux.apiPrefix}.CONSUMER.MSG.NEXT.${this.#stream}.${this.#durable}`;
  }

  /** Returns whether the loss was reported. */
  #fail(reason: PullLostReason, detail?: string, cause?: Error): boolean {
    if (this.#state === "over") return false;
    const isRunning = this.#state === "running";
    this.#inbox.unsubscribe();
    this.#end();
    if (isRunning) {
      this.#handlers.onLost(pullLost(reason, this.#stream, this.#durable, detail, cause));
    }
    return isRunning;
  }

  #end(): void {
    this.#state = "over";
    this.#removeListener();
    this.#reset();
  }
}
