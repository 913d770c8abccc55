/** Errors with an HTTP status. @module */

/** A request that is refused with a status and a reason. The API sends it as `{"error": reason}`. */
export class HttpError extends Error {
  /** The class's name. */
  override name = "HttpError";
  /** The HTTP status. */
  readonly status: number;

  /** Creates an error with a status and a reason. */
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** Reads the status of an {@linkcode HttpError}; `undefined` for any other error. */
export function httpStatusOf(error: Error & { status?: unknown }): number | undefined {
  return error.name === "HttpError" && typeof error.status === "number" ? error.status : undefined;
}
