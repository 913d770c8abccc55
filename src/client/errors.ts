/** What the API server answers when it will not do what it was asked. @module */

import { ConveyorError, type ConveyorErrorOptions, isErrorLike } from "../errors.ts";

/** What an {@linkcode ApiError} knows of the call that failed. */
export interface ApiErrorDetails extends ConveyorErrorOptions {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The server's own text. */
  readonly serverText: string;
  /** HTTP method of the call. */
  readonly method: string;
  /** Path of the call, base path included, without the query. */
  readonly path: string;
  /** How long the server asked to wait before another try, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** A stable identifier; subclasses have their own. @default {"api"} */
  readonly code?: string;
}

/**
 * The API server answered, but not with what was asked for. Its `code` is `api`, or
 *
 * - `not-supported`: this server has no such call;
 * - `unreadable-answer`: the answer is not the API's, for example the error page of a proxy, or JSON cut short;
 * - `answer-too-large`: the answer is larger than `maxBodyBytes`.
 */
export class ApiError extends ConveyorError {
  /** The class's name. */
  override name = "ApiError";
  /** HTTP status of the answer. */
  readonly status: number;
  /** The server's own text, as it came, cut to 2000 characters, with anything that looks like a token replaced. */
  readonly serverText: string;
  /** HTTP method of the call. */
  readonly method: string;
  /** Path of the call, base path included, without the query. */
  readonly path: string;
  /** How long the server asked to wait before another try (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | undefined;

  /** Makes an error about an answer. */
  constructor(message: string, details: ApiErrorDetails) {
    super(details.code ?? "api", message, details);
    this.status = details.status;
    this.serverText = details.serverText;
    this.method = details.method;
    this.path = details.path;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Whether a value is an {@linkcode ApiError}, whatever its code: no other error holds a server's text. */
export function isApiError(thrown: unknown): thrown is ApiError {
  return isErrorLike(thrown) && "serverText" in thrown;
}

/** What was asked for is not there, although the server may have said so with a status of 500. Code `not-found`. */
export class NotFoundError extends ApiError {
  /** The class's name. */
  override name = "NotFoundError";

  /** Makes an error about something that is not there. */
  constructor(message: string, details: ApiErrorDetails) {
    super(message, { ...details, code: "not-found" });
  }
}

/** The name is taken, although the server may have said so with a status of 500. Code `conflict`. */
export class ConflictError extends ApiError {
  /** The class's name. */
  override name = "ConflictError";

  /** Makes an error about a name that is taken. */
  constructor(message: string, details: ApiErrorDetails) {
    super(message, { ...details, code: "conflict" });
  }
}

/** The server found fault with what it was sent, for example with a `spec` against its JSON Schema. Code `validation`. */
export class ValidationError extends ApiError {
  /** The class's name. */
  override name = "ValidationError";

  /** Makes an error about a request that is not valid. */
  constructor(message: string, details: ApiErrorDetails) {
    super(message, { ...details, code: "validation" });
  }
}

/** The server does not know, or does not trust, the caller. Code `unauthorized`. */
export class UnauthorizedError extends ApiError {
  /** The class's name. */
  override name = "UnauthorizedError";

  /** Makes an error about a caller who is not let in. */
  constructor(message: string, details: ApiErrorDetails) {
    super(message, { ...details, code: "unauthorized" });
  }
}
