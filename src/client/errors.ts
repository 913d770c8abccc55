/** Errors that the API server responds with. @module */

import { ConveyorError, type ConveyorErrorOptions, isErrorLike } from "../errors.ts";

/** Details of an {@linkcode ApiError}. */
export interface ApiErrorDetails extends ConveyorErrorOptions {
  /** HTTP status of the response. */
  readonly status: number;
  /** The error text of the server. */
  readonly serverText: string;
  /** HTTP method of the call. */
  readonly method: string;
  /** Path of the call, base path included, without the query. */
  readonly path: string;
  /** Delay before the next attempt that the server asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** A stable identifier; subclasses have their own. @default {"api"} */
  readonly code?: string;
}

/**
 * Thrown when the API server responds with an error. Its `code` is `api`, or
 *
 * - `not-supported`: the server does not have this call;
 * - `unreadable-answer`: the response is not of the API, for example the page of a proxy, or JSON that is cut short;
 * - `answer-too-large`: the response exceeds `maxBodyBytes`.
 */
export class ApiError extends ConveyorError {
  /** The class's name. */
  override name = "ApiError";
  /** HTTP status of the response. */
  declare readonly status: number;
  /** The error text of the server, up to 2000 characters, with tokens masked. */
  declare readonly serverText: string;
  /** HTTP method of the call. */
  declare readonly method: string;
  /** Path of the call, base path included, without the query. */
  declare readonly path: string;
  /** Delay before the next attempt that the server asks for (`Retry-After`), in milliseconds. */
  declare readonly retryAfterMs: number | undefined;

  /** Creates an error of a response. */
  constructor(message: string, details: ApiErrorDetails) {
    super(details.code ?? "api", message, details);
    const { cause: _, code: __, ...rest } = details;
    Object.assign(this, rest);
  }
}

/** Whether a value is an {@linkcode ApiError} with any code: no other error has `serverText`. */
export function isApiError(thrown: unknown): thrown is ApiError {
  return isErrorLike(thrown) && "serverText" in thrown;
}

/** Thrown when something does not exist. Conveyor servers may report it with status 500. Code `not-found`. */
export class NotFoundError extends ApiError {
  /** The class's name. */
  override name = "NotFoundError";
  /** The error's code. */
  override readonly code: string = "not-found";
}

/** Thrown when a name is taken. Conveyor servers may report it with status 500. Code `conflict`. */
export class ConflictError extends ApiError {
  /** The class's name. */
  override name = "ConflictError";
  /** The error's code. */
  override readonly code: string = "conflict";
}

/** Thrown when a request is invalid, for example a `spec` that does not match its JSON Schema. Code `validation`. */
export class ValidationError extends ApiError {
  /** The class's name. */
  override name = "ValidationError";
  /** The error's code. */
  override readonly code: string = "validation";
}

/** Thrown when the server rejects the credentials, or there are none. Code `unauthorized`. */
export class UnauthorizedError extends ApiError {
  /** The class's name. */
  override name = "UnauthorizedError";
  /** The error's code. */
  override readonly code: string = "unauthorized";
}
