/** A message that a NATS consumer has delivered. @module */

import type { Msg } from "@nats-io/nats-core";
import { hasCode } from "../../../errors.ts";
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

/**
 * The longest delay that the server can add to its clock, which counts nanoseconds since 1970 in 64 bits: a hundred years, in
 * milliseconds. A longer one would wrap around, and the message come back at once.
 */
const LONGEST_NAK_DELAY_MS = 100 * 365 * 86_400_000;

/** A message that a NATS consumer has delivered. */
export class NatsDelivery implements Delivery {
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly deliveryCount: number;
  readonly timestampMs: number;
  readonly #message: Msg;
  readonly #reply: string;
  readonly #connection: ReconnectingConnection;
  readonly #mux: RequestMux;
  /** A renewal that is sent again behind a nak would replace its delay. */
  #handedBack = false;

  /** Creates a delivery; acknowledgements are sent over `connection`. */
  constructor(
    message: Msg,
    reply: string,
    info: DeliveryInfo,
    connection: ReconnectingConnection,
    mux: RequestMux,
  ) {
    this.data = message.data;
    this.sequence = info.sequence;
    this.deliveryCount = info.deliveryCount;
    this.timestampMs = info.timestampMs;
    this.#message = message;
    this.#reply = reply;
    this.#connection = connection;
    this.#mux = mux;
  }

  get subject(): string {
    return this.#message.subject;
  }

  header(name: string): string | undefined {
    const { headers } = this.#message;
    return headers?.has(name) ? headers.get(name) : undefined;
  }

  ack(): void {
    this.#connection.sendOrBuffer(this.#reply, ACK);
  }

  ackConfirmed(timeoutMs: number = TIMEOUT_MS): Promise<boolean> {
    return this.#confirmed(ACK, timeoutMs);
  }

  /** Not buffered while the connection is down: once it is restored, another instance may have the message. */
  nak(delayMs: number = 0): void {
    this.#handedBack = true;
    const nanos = Math.round(Math.min(delayMs, LONGEST_NAK_DELAY_MS) * 1e6);
    const body = nanos > 0 ? encoder.encode(`-NAK {"delay":${nanos}}`) : NAK;
    this.#connection.send(this.#reply, body);
  }

  term(reason?: string): void {
    this.#connection.sendOrBuffer(this.#reply, reason ? encoder.encode(`+TERM ${reason}`) : TERM);
  }

  renew(timeoutMs: number = TIMEOUT_MS): Promise<boolean> {
    return this.#confirmed(PROGRESS, timeoutMs);
  }

  #confirmed(data: Uint8Array, timeoutMs: number): Promise<boolean> {
    const isHeld = () => !this.#handedBack;
    const lease = {
      get held() {
        return isHeld();
      },
    };
    return new Promise((resolve) =>
      this.#mux.request({
        subject: this.#reply,
        data,
        timeoutMs,
        idempotent: true,
        lease,
        onReply: (message) => resolve(!isNoResponders(message)),
        onTimeout: () => resolve(false),
        onFailed(error) {
          resolve(false);
          return hasCode(error, "permission") ? "report" : undefined;
        },
      })
    );
  }
}
