/** A message that a NATS consumer has delivered. @module */

import type { Msg } from "@nats-io/nats-core";
import type { Delivery } from "../../transport.ts";
import type { DeliveryInfo } from "./ack_subject.ts";
import type { ReconnectingConnection } from "../core/reconnecting_connection.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";

const encoder = new TextEncoder();
const ACK = encoder.encode("+ACK");
const NAK = encoder.encode("-NAK");
const TERM = encoder.encode("+TERM");
const PROGRESS = encoder.encode("+WPI");

/** Time for the server to confirm, in milliseconds. */
const TIMEOUT_MS = 5000;

/** A message that a NATS consumer has delivered. */
export class NatsDelivery implements Delivery {
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly deliveryCount: number;
  readonly timestampMs: number;
  readonly #message: Msg;
  readonly #reply: string;
  readonly #line: ReconnectingConnection;
  readonly #replies: RequestMux;

  /** Makes a delivery that answers over `line`. */
  constructor(
    message: Msg,
    reply: string,
    facts: DeliveryInfo,
    line: ReconnectingConnection,
    replies: RequestMux,
  ) {
    this.data = message.data;
    this.sequence = facts.sequence;
    this.deliveryCount = facts.deliveryCount;
    this.timestampMs = facts.timestampMs;
    this.#message = message;
    this.#reply = reply;
    this.#line = line;
    this.#replies = replies;
  }

  get subject(): string {
    return this.#message.subject;
  }

  header(name: string): string | undefined {
    const { headers } = this.#message;
    return headers?.has(name) ? headers.get(name) : undefined;
  }

  ack(): void {
    this.#line.sendOrHold(this.#reply, ACK);
  }

  ackConfirmed(timeoutMs: number = TIMEOUT_MS): Promise<boolean> {
    return this.#confirmed(ACK, timeoutMs);
  }

  /** Not held back while the line is down: by the time it is up, somebody else may have the message. */
  nak(delayMs: number = 0): void {
    const body = delayMs > 0 ? encoder.encode(`-NAK {"delay":${Math.round(delayMs * 1e6)}}`) : NAK;
    this.#line.send(this.#reply, body);
  }

  term(reason?: string): void {
    this.#line.sendOrHold(this.#reply, reason ? encoder.encode(`+TERM ${reason}`) : TERM);
  }

  renew(timeoutMs: number = TIMEOUT_MS): Promise<boolean> {
    return this.#confirmed(PROGRESS, timeoutMs);
  }

  #confirmed(data: Uint8Array, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) =>
      this.#replies.request({
        subject: this.#reply,
        data,
        timeoutMs,
        repeatable: true,
        onReply: (message) => resolve(!isNoResponders(message)),
        onTimeout: () => resolve(false),
        onFailed: () => resolve(false),
      })
    );
  }
}
