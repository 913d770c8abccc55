/** What can go wrong between a broker and the rest of the package. @module */

import { ConnectionError, ConveyorError, type ConveyorErrorOptions } from "../errors.ts";

/** No stream takes the subject, or the stream named does not exist. Code `no-stream`. */
export class NoStreamError extends ConveyorError {
  /** The class's name. */
  override name = "NoStreamError";

  /** Makes an error about a stream that is not there. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("no-stream", message, options);
  }
}

/** A work-queue stream refuses a consumer whose subjects another one takes already. Code `consumer-conflict`. */
export class ConsumerConflictError extends ConveyorError {
  /** The class's name. */
  override name = "ConsumerConflictError";

  /** Makes an error about two consumers that overlap. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("consumer-conflict", message, options);
  }
}

/** A conditional publish found another sequence than it expected. Code `wrong-sequence`. */
export class WrongSequenceError extends ConveyorError {
  /** The class's name. */
  override name = "WrongSequenceError";

  /** Makes an error about a sequence that has moved on. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("wrong-sequence", message, options);
  }
}

/** What is wrong with a TLS handshake. */
export type TlsFailureReason =
  /** The server's certificate cannot be verified: another authority's, expired, or for another name. */
  | "server-certificate"
  /** The server most likely asks for a certificate, and none was given. */
  | "client-certificate-missing"
  /** The client's own certificate is not valid any more, or not yet. */
  | "client-certificate-expired"
  /** The client's own certificate does not lead to the authority that was given. */
  | "client-certificate-untrusted";

/** Client and server do not trust each other. Its code is `connection`. */
export class TlsError extends ConnectionError {
  /** The class's name. */
  override name = "TlsError";
  /** What is wrong. */
  readonly reason: TlsFailureReason;

  /** Makes an error about a TLS handshake that failed. */
  constructor(reason: TlsFailureReason, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** A message is larger than the broker takes. Sending it again would not help. Code `payload-too-large`. */
export class PayloadTooLargeError extends ConveyorError {
  /** The class's name. */
  override name = "PayloadTooLargeError";
  /** The message's size with its headers, in bytes. */
  readonly size: number;
  /** The most that the broker takes, in bytes. */
  readonly maxPayload: number;

  /** Makes an error about a message on `subject` of `size` bytes where `maxPayload` are allowed. */
  constructor(subject: string, size: number, maxPayload: number) {
    super(
      "payload-too-large",
      `cannot publish ${size} bytes on ${subject}: the server takes at most ${maxPayload} bytes in one message; ` +
        "send less, or raise max_payload on the server",
    );
    this.size = size;
    this.maxPayload = maxPayload;
  }
}

/** Why a pull came to its end. */
export type PullLostReason =
  | "consumer-deleted"
  | "stream-deleted"
  | "heartbeats-missed"
  | "closed"
  | "refused";

/** A pull that will deliver nothing more. Its code is `connection`. */
export class PullLostError extends ConnectionError {
  /** The class's name. */
  override name = "PullLostError";
  /** Why it ended. */
  readonly reason: PullLostReason;

  /** Makes an error about a pull that ended. */
  constructor(reason: PullLostReason, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}
