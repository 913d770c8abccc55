/** Errors of the brokers. @module */

import {
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  hasCode,
  isErrorLike,
} from "../errors.ts";

/** No stream stores the subject, or the stream does not exist. Code `no-stream`. */
export class NoStreamError extends ConveyorError {
  /** The class's name. */
  override name = "NoStreamError";

  /** Creates the error of a stream that does not exist. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("no-stream", message, options);
  }
}

/** The filter subjects of two consumers of a work-queue stream overlap. Code `consumer-conflict`. */
export class ConsumerConflictError extends ConveyorError {
  /** The class's name. */
  override name = "ConsumerConflictError";

  /** Creates the error of two consumers that overlap. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("consumer-conflict", message, options);
  }
}

/** The last sequence of a subject is not the one that a publish expects. Code `wrong-sequence`. */
export class WrongSequenceError extends ConveyorError {
  /** The class's name. */
  override name = "WrongSequenceError";

  /** Creates the error of a publish whose expected sequence is outdated. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("wrong-sequence", message, options);
  }
}

/** The server does not permit the user a publish or a subscription. It passes when the permission is given. Code `permission`. */
export class PermissionError extends ConveyorError {
  /** The class's name. */
  override name = "PermissionError";
  /** The operation that is not permitted. */
  readonly operation: "publish" | "subscribe";
  /** The subject of the operation. */
  readonly subject: string;
  /** The subject to permit: with wildcards where each operation has a subject of its own. */
  readonly permit: string;

  /** Creates the error of an operation that the server does not permit; `purpose` says what it is for. */
  constructor(
    operation: "publish" | "subscribe",
    subject: string,
    { purpose, permit = subject }: { purpose?: string | undefined; permit?: string | undefined } =
      {},
    options: ConveyorErrorOptions = {},
  ) {
    super(
      "permission",
      `the user may not ${operation} to "${subject}"${
        purpose ? `, which ${purpose} needs` : ""
      }; ` +
        `permit ${permit === subject ? "it" : `"${permit}"`} in the server's configuration`,
      options,
    );
    this.operation = operation;
    this.subject = subject;
    this.permit = permit;
  }
}

/** Returns the missing permission that an error is about: its own, or that of its cause. */
export function missingPermission(thrown: unknown): PermissionError | undefined {
  const error = isErrorLike(thrown) && hasCode(thrown.cause, "permission") ? thrown.cause : thrown;
  return hasCode(error, "permission") ? error as unknown as PermissionError : undefined;
}

/** Why an attempt to connect failed, where the cause is known and does not pass by itself. */
export type ConnectFailureReason =
  /** The server refuses the user, or requires authentication and none is set. */
  | "authentication"
  /** TLS is required, and the server does not support it. */
  | "no-tls"
  /** The port expects TLS from the first byte. */
  | "tls-first"
  /** The port is that of an HTTP server. */
  | "http"
  /** Another program than nats-server listens on the port. */
  | "other-protocol"
  /** The runtime does not permit the program to use the network. */
  | "runtime-permission";

/** An attempt to connect failed for a cause that does not pass by itself; it is retried with long delays. Code `connection`. */
export class ConnectFailedError extends ConnectionError {
  /** The class's name. */
  override name = "ConnectFailedError";
  /** Why the attempt failed. */
  readonly reason: ConnectFailureReason;

  /** Creates the error of an attempt that failed. */
  constructor(reason: ConnectFailureReason, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** Why a TLS handshake failed. */
export type TlsFailureReason =
  /** The server's certificate cannot be verified: it is expired, of another authority, or for another name. */
  | "server-certificate"
  /** The server most likely requires a client certificate, and none is set. */
  | "client-certificate-missing"
  /** The client certificate has expired, or is not yet valid. */
  | "client-certificate-expired"
  /** The client certificate was not issued by the authority in `ca`. */
  | "client-certificate-untrusted"
  /** `handshakeFirst` is set, and the server does not begin with the TLS handshake. */
  | "handshake-first";

/** A TLS handshake failed. Code `connection`. */
export class TlsError extends ConnectionError {
  /** The class's name. */
  override name = "TlsError";
  /** Why the handshake failed. */
  readonly reason: TlsFailureReason;

  /** Creates the error of a TLS handshake that failed. */
  constructor(reason: TlsFailureReason, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** A message is larger than the server accepts; a retry would fail as well. Code `payload-too-large`. */
export class PayloadTooLargeError extends ConveyorError {
  /** The class's name. */
  override name = "PayloadTooLargeError";
  /** The message's size with its headers, in bytes. */
  readonly size: number;
  /** The largest message that the server accepts, in bytes. */
  readonly maxPayload: number;

  /** Creates the error of a message on `subject` of `size` bytes where `maxPayload` are allowed. */
  constructor(subject: string, size: number, maxPayload: number) {
    super(
      "payload-too-large",
      `cannot publish ${size} bytes on ${subject}: the server accepts at most ${maxPayload} bytes in one message; ` +
        "send less, or raise max_payload on the server",
    );
    this.size = size;
    this.maxPayload = maxPayload;
  }
}

/** Why a pull ended. */
export type PullLostReason =
  | "consumer-deleted"
  | "stream-deleted"
  | "heartbeats-missed"
  | "closed"
  | "refused";

/** A pull has ended and delivers no more messages. Code `connection`. */
export class PullLostError extends ConnectionError {
  /** The class's name. */
  override name = "PullLostError";
  /** Why the pull ended. */
  readonly reason: PullLostReason;

  /** Creates the error of a pull that ended. */
  constructor(reason: PullLostReason, message: string, options: ConveyorErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}
