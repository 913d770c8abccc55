/**
 * Pulling from a NATS consumer. Written against the wire: an instance must never be given more messages than it asked
 * for, and the library's own loops keep a stock.
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
import type { ReconnectingConnection } from "../core/reconnecting_connection.ts";
import { HeartbeatMonitor } from "./heartbeat_monitor.ts";
import type { ReconnectingSubscription } from "../core/subscriptions.ts";
import { PullRequests } from "./pending_requests.ts";
import { readPullStatus } from "./pull_status.ts";
import type { RequestMux } from "../core/request_mux.ts";

/** A pull that has had a message this recently may get the next one at any moment, in milliseconds. */
const BUSY_MS = 1000;
/** Requests lapse soon while messages come, so that a pull can be stopped without losing one to a dead request. */
const BUSY_EXPIRES_MS = 250;
/** Requests of an idle pull; their lapse is also the server's sign of life. In milliseconds. */
const IDLE_EXPIRES_MS = 5000;
/** A server that has not said a word this long after a request should have lapsed is silent, in milliseconds. */
const SILENCE_MS = 2000;
/** So many silences in a row, from a server that answers otherwise, and the consumer counts as lost. */
const MOST_SILENCES = 2;
/** Pause before asking again after a refusal that may pass, in milliseconds. */
const PAUSE_MS = 250;

const encoder = new TextEncoder();

/** What a pull works with. */
export interface PullContext {
  readonly line: ReconnectingConnection;
  readonly replies: RequestMux;
  /** A subject of this pull's own, below which the server answers. */
  readonly inbox: string;
  /** Tells why the consumer is not there; `undefined` when it is. Rejects when nobody knows. */
  readonly whyGone: () => Promise<"consumer-deleted" | "stream-deleted" | undefined>;
}

/** A running pull from a NATS consumer. */
export class NatsPull implements Pull {
  readonly #context: PullContext;
  readonly #stream: string;
  readonly #durable: string;
  readonly #handlers: PullHandlers;
  readonly #subscription: ReconnectingSubscription;
  readonly #leaveLine: () => void;
  readonly #requests = new PullRequests();
  readonly #heartbeats = new HeartbeatMonitor(
    () => this.#requests.owed === 0 ? undefined : this.#requests.lapseAt + SILENCE_MS,
    () => void this.#onSilence(),
  );
  #demand = 0;
  #next = 0;
  #state: "running" | "stopping" | "over" = "running";
  #asking = false;
  #lastMessageAt = 0;
  #silences = 0;
  #pauseTimer: ReturnType<typeof setTimeout> | undefined;
  #stopped: Promise<void> | undefined;

  /** Makes a pull that asks for nothing yet. */
  constructor(context: PullContext, stream: string, durable: string, handlers: PullHandlers) {
    this.#context = context;
    this.#stream = stream;
    this.#durable = durable;
    this.#handlers = handlers;
    this.#subscription = context.line.subscribe(
      `${context.inbox}.*`,
      (message) => this.#receive(message),
    );
    this.#leaveLine = context.line.join({
      onDown: () => this.#reset(),
      onUp: () => this.#askSoon(),
      onClosed: () => this.#fail("closed"),
    });
  }

  demand(count: number): void {
    this.#demand = count;
    // With nothing on order the request goes out ahead of what else is sent in this tick, such as a result: the next
    // message is then on its way while that is being stored.
    if (this.#requests.owed === 0 && !this.#asking) this.#ask();
    else this.#askSoon();
  }

  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  async #stop(): Promise<void> {
    if (this.#over) return;
    this.#state = "stopping";
    this.#demand = 0;
    await this.#untilSettled();
    await this.#subscription.drain();
    this.#end();
  }

  get #over(): boolean {
    return this.#state === "over";
  }

  /**
   * Dropping the subscription while the server delivers to it would lose that message to the void until its ack wait
   * runs out. So a busy pull waits for its requests to lapse, which is soon; for an idle one the danger is too small
   * to wait for.
   */
  async #untilSettled(): Promise<void> {
    const now = performance.now();
    const lapseMs = this.#requests.lapseAt - now;
    if (this.#requests.owed === 0 || lapseMs > BUSY_EXPIRES_MS) return;
    if (now - this.#lastMessageAt > BUSY_MS) return;
    await this.#requests.settled(lapseMs + PAUSE_MS);
  }

  #askSoon(): void {
    if (this.#asking || this.#state !== "running") return;
    this.#asking = true;
    queueMicrotask(() => {
      this.#asking = false;
      this.#ask();
    });
  }

  #ask(): void {
    const { line, inbox } = this.#context;
    const missing = this.#demand - this.#requests.owed;
    if (missing <= 0 || this.#state !== "running" || this.#pauseTimer !== undefined) return;
    // Many small requests are work for the server and crowd out other instances. While more is on order than missing, the
    // next request can wait until it covers more.
    if (missing < this.#requests.owed) return;
    const now = performance.now();
    const isBusy = now - this.#lastMessageAt < BUSY_MS;
    // After a silence the next one should not take as long to notice.
    const expiresMs = isBusy || this.#silences > 0 ? BUSY_EXPIRES_MS : IDLE_EXPIRES_MS;
    const sent = line.send(
      `$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${this.#durable}`,
      encoder.encode(`{"batch":${missing},"expires":${expiresMs * 1e6}}`),
      { reply: `${inbox}.${this.#next++}-${missing}` },
    );
    if (!sent) return;
    this.#requests.made(missing, now + expiresMs);
    this.#heartbeats.start();
  }

  #receive(message: Msg): void {
    if (this.#over) return;
    this.#silences = 0;
    const { reply } = message;
    if (!reply || !isAckSubject(reply)) return this.#handleStatus(message);
    const facts = readAckSubject(reply);
    if (!facts) {
      this.#handlers.onNotice?.(`cannot read the delivery's subject ${reply}; it is left alone`);
      return;
    }
    this.#lastMessageAt = performance.now();
    this.#requests.arrived();
    if (this.#demand > 0) this.#demand--;
    const { line, replies } = this.#context;
    this.#handlers.onMessage(new NatsDelivery(message, reply, facts, line, replies));
    if (this.#demand > this.#requests.owed) this.#askSoon();
  }

  #handleStatus(message: Msg): void {
    const status = readPullStatus(message.headers);
    const batch = Number(message.subject.slice(message.subject.lastIndexOf("-") + 1));
    switch (status.kind) {
      case "alive":
        return;
      case "lapsed":
        this.#requests.ended(status.left ?? batch);
        return this.#askSoon();
      case "later":
        this.#requests.ended(status.left ?? batch);
        return this.#askLater(status.notice);
      case "moved":
        this.#requests.clear();
        return this.#askLater(status.notice);
      case "gone":
        this.#requests.clear();
        return void this.#look();
      case "refused":
        return this.#fail("refused", status.detail);
    }
  }

  #askLater(notice: string): void {
    this.#handlers.onNotice?.(`consumer ${this.#durable}: ${notice}`);
    if (this.#state !== "running") return;
    this.#pauseTimer ??= setTimeout(() => {
      this.#pauseTimer = undefined;
      this.#ask();
    }, PAUSE_MS * (1 + Math.random()));
  }

  /** Nobody took the request: because the consumer is gone, or because it has no leader for a moment. */
  async #look(): Promise<void> {
    let reason: PullLostReason | undefined;
    try {
      reason = await this.#context.whyGone();
    } catch (error) {
      if (!this.#over) this.#askLater(`nobody answers for it (${messageOf(error)}); asking again`);
      return;
    }
    if (this.#over) return;
    if (reason) this.#fail(reason);
    else this.#askLater("nobody answers for it at the moment; asking again");
  }

  /** A dead connection is given up and restored, and with it the pull. */
  async #onSilence(): Promise<void> {
    const alive = await this.#context.line.check();
    if (this.#over || !alive || this.#requests.owed === 0) return;
    if (this.#requests.lapseAt + SILENCE_MS > performance.now()) return this.#heartbeats.start();
    this.#requests.clear();
    if (++this.#silences < MOST_SILENCES) this.#askLater("the server says nothing; asking again");
    else this.#fail("heartbeats-missed");
  }

  #reset(): void {
    this.#requests.clear();
    this.#heartbeats.stop();
    clearTimeout(this.#pauseTimer);
    this.#pauseTimer = undefined;
  }

  #fail(reason: PullLostReason, detail?: string): void {
    if (this.#over) return;
    const wanted = this.#state === "running";
    this.#end();
    this.#subscription.unsubscribe();
    if (wanted) this.#handlers.onLost(pullLost(reason, this.#stream, this.#durable, detail));
  }

  #end(): void {
    this.#state = "over";
    this.#leaveLine();
    this.#reset();
  }
}
